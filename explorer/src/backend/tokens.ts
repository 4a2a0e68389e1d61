/**
 * The tokens of a query, as far as it matters which letters are code: comments, IRIs and strings each are one, and so is
 * a prefix with its colon (named `prefix`); every other character stands alone.
 */
export const TOKENS =
  /#[^\r\n]*|<[^<>"{}|^`\\\s]*>|"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|(?<prefix>[\p{L}][\p{L}\p{N}_.-]*)?:|./gsu;
