/** What the exported file carries inside itself: base64 of gzip in script elements that no browser runs. */

/**
 * A part as it lies in the file. The page draws before a large file is read to its end, so a part that is asked for
 * early is waited for; rejects when the file is not whole.
 */
export async function packedPart(id: string): Promise<string> {
  if (document.readyState === "loading" && !document.getElementById(id)?.nextElementSibling) {
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
  }
  const text = document.getElementById(id)?.textContent?.trim();
  if (!text) throw new Error(`the file is not whole: its part "${id}" is missing`);
  return text;
}

/** A packed part's bytes as they are unpacked; also in a worker, where no document is. */
export function unpackStream(packed: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([decodeBase64(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
}

export async function unpackBytes(packed: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(unpackStream(packed)).arrayBuffer());
}

export async function unpackText(id: string): Promise<string> {
  return new TextDecoder().decode(await unpackBytes(await packedPart(id)));
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  // Young browsers decode by themselves, four times as fast.
  const own = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (own) return own.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
