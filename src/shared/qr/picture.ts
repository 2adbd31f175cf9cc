// A picture as brightness alone, and the copies of it in which readers find a code that they miss in the original.
//
// Noise hides small squares from a reader that looks at single pixels, and so do the gaps between a terminal's lines: half
// the size, or a slight blur, takes both away (docs/qr-transport.md has the rates). A dim picture is stretched to the full
// range, because readers call a picture without contrast empty.

/** A picture in shades of grey: one byte a pixel, 0 black, row by row from the top left. */
export interface GrayPicture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** The brightness of a picture of four bytes a pixel (red, green, blue, alpha), on white where it is transparent. */
export function grayFromRgba(rgba: ArrayLike<number>, width: number, height: number): GrayPicture {
  const pixels = new Uint8Array(width * height)
  for (let at = 0; at < pixels.length; at += 1) {
    // The weights of ITU-R BT.601, in 256ths.
    const luma = (77 * (rgba[4 * at] ?? 0) + 150 * (rgba[4 * at + 1] ?? 0) + 29 * (rgba[4 * at + 2] ?? 0)) >> 8
    const alpha = rgba[4 * at + 3] ?? 0
    pixels[at] = alpha === 255 ? luma : Math.round((luma * alpha) / 255 + 255 - alpha)
  }
  return { width, height, pixels }
}

/** The picture as four bytes a pixel, which is what readers take. */
export function rgbaFromGray({ width, height, pixels }: GrayPicture): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255)
  for (let at = 0; at < pixels.length; at += 1) {
    const shade = pixels[at] ?? 0
    rgba[4 * at] = shade
    rgba[4 * at + 1] = shade
    rgba[4 * at + 2] = shade
  }
  return rgba
}

/** Half the size: each pixel the mean of four. */
export function halved({ width, height, pixels }: GrayPicture): GrayPicture {
  const half = { width: width >> 1, height: height >> 1 }
  const result = new Uint8Array(half.width * half.height)
  for (let y = 0; y < half.height; y += 1) {
    for (let x = 0; x < half.width; x += 1) {
      const at = 2 * y * width + 2 * x
      const upper = (pixels[at] ?? 0) + (pixels[at + 1] ?? 0)
      result[y * half.width + x] = (upper + (pixels[at + width] ?? 0) + (pixels[at + width + 1] ?? 0) + 2) >> 2
    }
  }
  return { ...half, pixels: result }
}

/** A slight blur: the binomial filter 1-2-1 in both directions. */
export function blurred({ width, height, pixels }: GrayPicture): GrayPicture {
  const across = smoothed(pixels, width, height, 1, width)
  return { width, height, pixels: smoothed(across, height, width, width, 1) }
}

/** The filter 1-2-1 along lines of `length` pixels that are `step` apart; `lines` of them begin `stride` apart. */
function smoothed(pixels: Uint8Array, length: number, lines: number, step: number, stride: number): Uint8Array {
  const result = Uint8Array.from(pixels)
  for (let line = 0; line < lines; line += 1) {
    for (let place = 1; place < length - 1; place += 1) {
      const at = line * stride + place * step
      result[at] = ((pixels[at - step] ?? 0) + 2 * (pixels[at] ?? 0) + (pixels[at + step] ?? 0) + 2) >> 2
    }
  }
  return result
}

/** How much of the darkest and of the brightest pixels is left out of the range: glare and dead pixels. */
const OUTLIERS = 0.005

/** The darkest and the brightest shade of a picture, but for outliers. */
function range(pixels: Uint8Array): { readonly darkest: number; readonly brightest: number } {
  const counts = new Uint32Array(256)
  for (const shade of pixels) counts[shade] = (counts[shade] ?? 0) + 1
  const ignored = pixels.length * OUTLIERS
  return { darkest: firstBeyond(counts, ignored), brightest: 255 - firstBeyond(counts.toReversed(), ignored) }
}

/** How many shades there are between dark and bright places, noise left out: of a quarter of the size. */
export function contrast(picture: GrayPicture): number {
  const { darkest, brightest } = range(halved(halved(picture)).pixels)
  return brightest - darkest
}

/** The full range from black to white, where a dim picture uses a part of it. */
export function stretched(picture: GrayPicture): GrayPicture {
  const { pixels } = picture
  const { darkest, brightest } = range(pixels)
  if (brightest - darkest >= 160 || brightest <= darkest) return picture
  const scale = 255 / (brightest - darkest)
  const shades = Uint8ClampedArray.from({ length: 256 }, (_, shade) => (shade - darkest) * scale)
  return { ...picture, pixels: pixels.map((shade) => shades[shade] ?? 0) }
}

function firstBeyond(counts: Uint32Array, ignored: number): number {
  let sum = 0
  return counts.findIndex((count) => (sum += count) > ignored)
}
