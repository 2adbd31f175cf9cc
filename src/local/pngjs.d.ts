// The synchronous half of pngjs, which its types name only as a part of the whole: the other half brings streams along.
declare module 'pngjs/lib/png-sync.js' {
  interface Pixels {
    readonly width: number
    readonly height: number
    readonly data: Buffer
  }
  const png: {
    read(file: Buffer): Pixels
    write(pixels: Pixels & { gamma: number }, options: { colorType: 0; inputColorType: 0; bitDepth: 8 }): Buffer
  }
  export default png
}
