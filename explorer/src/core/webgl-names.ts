/**
 * sigma reads constants of WebGLRenderingContext when it is loaded. A browser without WebGL may lack the name, and then
 * nothing of the page would start; with an empty stand-in only the graph's picture is missing. Imported first.
 */
const names = globalThis as unknown as Record<string, unknown>;
names.WebGLRenderingContext ??= class {};
names.WebGL2RenderingContext ??= class {};
