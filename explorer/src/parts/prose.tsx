/**
 * Markdown with TeX maths as elements, never as markup: the tokens of `marked` become nodes, raw HTML is shown as the
 * text it is, links are http(s) only, images become links, and maths becomes MathML by Temml with trust off.
 */

import { Lexer, type Token, type Tokens } from "marked";
import { useLayoutEffect, useRef } from "preact/hooks";
import temml from "temml";
import { safeLink } from "../core/format.ts";
import { Out } from "./link.tsx";

/** A piece of text or of maths: `a $x$ b` -> text, maths, text. `\$` is a dollar; `$5 and $6` is no maths. */
export function splitMaths(text: string): { maths: boolean; display: boolean; text: string }[] {
  const parts: { maths: boolean; display: boolean; text: string }[] = [];
  const pattern = /\$\$([^$]+)\$\$|(?<![\\$\w])\$(?![\s$])((?:\\.|[^$\\])*?[^\s\\$]|[^\s\\$])\$(?![\d$])/g;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) parts.push({ maths: false, display: false, text: text.slice(from, match.index) });
    parts.push({ maths: true, display: match[1] !== undefined, text: match[1] ?? (match[2] as string) });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ maths: false, display: false, text: text.slice(from) });
  return parts.map((part) => (part.maths ? part : { ...part, text: part.text.replaceAll("\\$", "$") }));
}

export function Maths({ tex, display }: { tex: string; display: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    try {
      temml.render(tex, element, { displayMode: display, trust: false, throwOnError: true, maxExpand: 200, maxSize: [20, 20], strict: false });
    } catch {
      // Not TeX that we can set: the source itself is what a reader can still read.
      element.textContent = `$${tex}$`;
    }
  }, [tex, display]);
  return <span ref={place} class={display ? "maths maths-display" : "maths"} />;
}

/** Plain text with maths in it: labels, findings, titles. */
export function Text({ text }: { text: string }) {
  return (
    <>
      {splitMaths(text).map((part, index) =>
        part.maths ? <Maths key={index} tex={part.text} display={part.display} /> : part.text,
      )}
    </>
  );
}

// Maths is taken out before Markdown sees the text, or its underscores would become emphasis.
const PLACE = /\uE000(\d+)\uE001/;

export function Markdown({ text, inline = false }: { text: string; inline?: boolean }) {
  const maths: { tex: string; display: boolean }[] = [];
  const clean = text.replace(/[\uE000\uE001]/g, "");
  const source = splitMaths(clean.replaceAll("\\$", "\\\\$"))
    .map((part) => {
      if (!part.maths) return part.text;
      maths.push({ tex: part.text, display: part.display });
      return `\uE000${maths.length - 1}\uE001`;
    })
    .join("");
  const tokens = inline ? Lexer.lexInline(source) : Lexer.lex(source, { gfm: true });
  return <>{nodes(tokens, maths)}</>;
}

type Found = { tex: string; display: boolean }[];

function nodes(tokens: readonly Token[], maths: Found): preact.ComponentChildren[] {
  return tokens.map((token, index) => <Node key={index} token={token} maths={maths} />);
}

function plain(text: string, maths: Found): preact.ComponentChildren {
  return text.split(/(\uE000\d+\uE001)/).map((part, index) => {
    const match = PLACE.exec(part);
    const one = match ? maths[Number(match[1])] : undefined;
    return one ? <Maths key={index} {...one} /> : part;
  });
}

function Node({ token, maths }: { token: Token; maths: Found }) {
  const inside = () => nodes((token as Tokens.Generic).tokens ?? [], maths);
  switch (token.type) {
    case "paragraph":
      return <p>{inside()}</p>;
    case "heading":
      return <p class="prose-heading">{inside()}</p>;
    case "strong":
      return <strong>{inside()}</strong>;
    case "em":
      return <em>{inside()}</em>;
    case "del":
      return <del>{inside()}</del>;
    case "blockquote":
      return <blockquote>{inside()}</blockquote>;
    case "codespan":
      return <code>{decoded((token as Tokens.Codespan).text)}</code>;
    case "code":
      return (
        <pre>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "br":
      return <br />;
    case "hr":
      return <hr />;
    case "list": {
      const list = token as Tokens.List;
      const entries = list.items.map((entry, index) => <li key={index}>{nodes(entry.tokens, maths)}</li>);
      return list.ordered ? <ol start={Number(list.start) || 1}>{entries}</ol> : <ul>{entries}</ul>;
    }
    case "link":
      return safeLink((token as Tokens.Link).href) ? <Out url={(token as Tokens.Link).href}>{inside()}</Out> : <>{inside()}</>;
    case "image":
      return <Out url={(token as Tokens.Image).href}>{(token as Tokens.Image).text || (token as Tokens.Image).href}</Out>;
    case "text": {
      const given = token as Tokens.Text;
      return <>{given.tokens ? nodes(given.tokens, maths) : plain(decoded(given.text), maths)}</>;
    }
    case "escape":
      return <>{plain((token as Tokens.Escape).text, maths)}</>;
    case "space":
      return null;
    default:
      return <>{plain(token.raw, maths)}</>;
  }
}

/** `marked` may hand text with its entities escaped; as text of a node it must be what was written. */
function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" })[name] as string);
}

/** A message of the page's own, in which what a person types stands between backticks. */
export function Message({ text }: { text: string }) {
  return <>{text.split("`").map((piece, index) => (index % 2 ? <code key={index}>{piece}</code> : piece))}</>;
}
