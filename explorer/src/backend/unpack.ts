/** What the exported file carries inside itself: base64 of gzip in script elements that no browser runs. */

/** The bytes of a packed part. Throws when the file is not whole. */
export async function unpackBytes(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const element = document.getElementById(id);
  if (!element?.textContent) throw new Error(`the file is not whole: its part "${id}" is missing`);
  const binary = atob(element.textContent.trim());
  const packed = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) packed[index] = binary.charCodeAt(index);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function unpackText(id: string): Promise<string> {
  return new TextDecoder().decode(await unpackBytes(id));
}
