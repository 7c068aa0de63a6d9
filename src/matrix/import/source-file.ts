/** A file that is read by position, wherever it lies. */
export interface SourceFile extends AsyncDisposable {
  /** Path or URL, for messages. */
  readonly name: string
  /** Length; never 0. */
  readonly bytes: number
  /** Fills `into` from `position` on. @throws FileFormatError when the file ends before */
  read(into: Uint8Array, position: number): Promise<void>
  /** Many pieces of `pieceBytes`, `step` bytes apart, one after the other into `into`. @throws as {@link read} */
  readPieces(into: Uint8Array, position: number, pieceBytes: number, step: number): Promise<void>
}

/** As many of the first `count` bytes as there are. */
export async function readHead(file: SourceFile, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.min(count, file.bytes))
  await file.read(bytes, 0)
  return bytes
}
