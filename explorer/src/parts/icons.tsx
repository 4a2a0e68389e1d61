/** Small signs drawn as SVG, the same on every system; each stands beside its word and is hidden from screen readers. */

import type { StanceName, StatusName } from "../core/contract.ts";

export type IconName = keyof typeof OTHER_SHAPES;

interface IconProps {
  class?: string;
  size?: number;
}

const STATUS_SHAPES: Record<StatusName, preact.ComponentChildren> = {
  supported: <path d="M3.2 8.6 6.6 12 12.8 4.6" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" />,
  refuted: <path d="M4 4 12 12M12 4 4 12" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" />,
  contested: (
    <path
      d="M2 5.4H13M10.2 2.6 13 5.4 10.2 8.2M14 10.8H3M5.8 8 3 10.8 5.8 13.6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  ),
  conditional: (
    <>
      <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.8" />
      <path d="M8 2.4A5.6 5.6 0 0 0 8 13.6Z" fill="currentColor" />
    </>
  ),
  "single source": (
    <>
      <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.8" />
      <circle cx="8" cy="8" r="2.2" fill="currentColor" />
    </>
  ),
  open: <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="2.2 2.2" />,
};

const STANCE_SHAPES: Record<StanceName, preact.ComponentChildren> = {
  supports: <path d="M8 3V13M3 8H13" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" />,
  contradicts: <path d="M3 8H13" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" />,
  qualifies: (
    <path d="M2.6 9.4C4.2 6.2 6 6.2 8 8S11.8 9.8 13.4 6.6" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" />
  ),
  inconclusive: <path d="M4.5 4.5H11.5V11.5H4.5Z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="2 1.6" />,
};

const OTHER_SHAPES = {
  search: <path d="M7 2.5A4.5 4.5 0 1 0 7 11.5 4.5 4.5 0 0 0 7 2.5ZM10.4 10.4 14 14" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="3" fill="none" stroke="currentColor" stroke-width="1.5" />
      <path d="M8 1V2.6M8 13.4V15M1 8H2.6M13.4 8H15M3 3 4.2 4.2M11.8 11.8 13 13M13 3 11.8 4.2M4.2 11.8 3 13" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" />
    </>
  ),
  moon: <path d="M13.2 9.8A5.8 5.8 0 0 1 6.2 2.8 5.8 5.8 0 1 0 13.2 9.8Z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />,
  half: (
    <>
      <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.5" />
      <path d="M8 2.4A5.6 5.6 0 0 1 8 13.6Z" fill="currentColor" />
    </>
  ),
  out: <path d="M6 3H3V13H13V10M9 3H13V7M13 3 7.5 8.5" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" />,
  copy: <path d="M5.5 5.5H13.5V13.5H5.5ZM3.5 10.5H2.5V2.5H10.5V3.5" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />,
  edit: <path d="M2.5 13.5 3.2 10.6 10.8 3 13 5.2 5.4 12.8ZM9.4 4.4 11.6 6.6" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />,
  play: <path d="M4.5 3V13L13 8Z" fill="currentColor" />,
  stop: <path d="M4 4H12V12H4Z" fill="currentColor" />,
  link: <path d="M6.8 9.2 9.2 6.8M7.4 4.6 9 3A3 3 0 0 1 13 7L11.4 8.6M8.6 11.4 7 13A3 3 0 0 1 3 9L4.6 7.4" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" />,
  download: <path d="M8 2V10M4.8 7 8 10.2 11.2 7M3 13.2H13" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" />,
  close: <path d="M4 4 12 12M12 4 4 12" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />,
  lasso: <path d="M8 2.5C4.5 2.5 2 4.3 2 6.6S4.6 10.6 8 10.6 14 8.9 14 6.6 11.5 2.5 8 2.5ZM4.4 10 3.6 13.6" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-dasharray="2.4 1.6" />,
  plus: <path d="M8 3V13M3 8H13" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" />,
  minus: <path d="M3 8H13" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" />,
  fit: <path d="M2.5 6V2.5H6M10 2.5H13.5V6M13.5 10V13.5H10M6 13.5H2.5V10" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />,
};

function Sign({ size = 16, class: name, children }: IconProps & { children: preact.ComponentChildren }) {
  return (
    <svg class={`icon ${name ?? ""}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export function StatusIcon({ status, ...rest }: IconProps & { status: StatusName }) {
  return <Sign {...rest}>{STATUS_SHAPES[status]}</Sign>;
}

export function StanceIcon({ stance, ...rest }: IconProps & { stance: StanceName }) {
  return <Sign {...rest}>{STANCE_SHAPES[stance]}</Sign>;
}

export function Icon({ name, ...rest }: IconProps & { name: IconName }) {
  return <Sign {...rest}>{OTHER_SHAPES[name]}</Sign>;
}
