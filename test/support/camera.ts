// Pictures as a camera would take them of a screen: tilted, blurred, noisy, dim, mirrored; and videos of them.
//
// The screen is a flat picture in front of a pinhole camera. Order as in a real one: perspective, brightness, the averaging
// of each pixel, blur of the lens, noise of the sensor. All of it repeatable from a seed. What is not imitated: motion,
// focus that hunts, rolling shutters, moire, glare, compression.
import { closeSync, openSync, writeSync } from 'node:fs'
import type { GrayPicture } from '../../src/shared/qr/picture.ts'
import { QUIET_ZONE, type QrCode } from '../../src/shared/qr/qr-code.ts'
import { Seeded } from './seeded.ts'

/** How a picture is taken. */
export interface Shot {
  readonly width: number
  readonly height: number
  /** What the screen's height would take of the picture's, seen straight on. */
  readonly share: number
  /** Degrees that the screen leans away, in a direction of chance. */
  readonly tilt: number
  /** Degrees of rotation within the picture. */
  readonly turn: number
  /** Pixels, the standard deviation. */
  readonly blur: number
  /** Of 255, the standard deviation. */
  readonly noise: number
  /** Shades of the screen's black and white, and of what is around the screen. */
  readonly black: number
  readonly white: number
  readonly around: number
  readonly mirrored: boolean
}

/** A good picture of a small camera. */
export const CLEAR: Shot = {
  width: 640,
  height: 480,
  share: 0.8,
  tilt: 0,
  turn: 0,
  blur: 0.6,
  noise: 2,
  black: 25,
  white: 225,
  around: 90,
  mirrored: false,
}

/** A code as a screen shows it: a pixel a square, with its quiet zone. */
export function screenOf(code: QrCode): GrayPicture {
  const side = code.size + 2 * QUIET_ZONE
  const pixels = new Uint8Array(side * side).fill(255)
  for (let row = 0; row < code.size; row += 1) {
    for (let column = 0; column < code.size; column += 1) {
      if (code.isDark(row, column)) pixels[(row + QUIET_ZONE) * side + column + QUIET_ZONE] = 0
    }
  }
  return { width: side, height: side, pixels }
}

/** Takes one picture of a screen. */
export function shoot(screen: GrayPicture, shot: Shot, random: Seeded): GrayPicture {
  return exposed(lens(screen, shot, random), shot, random)
}

/** What falls on the sensor: shades with fractions, before noise. */
export function lens(screen: GrayPicture, shot: Shot, random: Seeded): Float32Array {
  const { width, height } = shot
  const at = screenPoint(screen, shot, random)
  const light = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0
      for (const [dx, dy] of WITHIN_A_PIXEL) sum += shadeAt(screen, shot, at(x + dx, y + dy))
      light[y * width + (shot.mirrored ? width - 1 - x : x)] = sum / WITHIN_A_PIXEL.length
    }
  }
  return shot.blur > 0 ? softened(light, width, height, shot.blur) : light
}

const WITHIN_A_PIXEL = [0.25, 0.75].flatMap((dy) => [0.25, 0.75].map((dx) => [dx, dy] as const))

function shadeAt(screen: GrayPicture, { black, white, around }: Shot, [u, v]: readonly [number, number]): number {
  const [column, row] = [Math.floor(u), Math.floor(v)]
  if (column < 0 || row < 0 || column >= screen.width || row >= screen.height) return around
  return black + ((screen.pixels[row * screen.width + column] ?? 0) / 255) * (white - black)
}

type Vector = readonly [number, number, number]
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Where on the screen, in its pixels, the ray of a point of the picture arrives. */
function screenPoint(screen: GrayPicture, shot: Shot, random: Seeded): (x: number, y: number) => [number, number] {
  const focal = 1.2 * shot.height
  const distance = (focal * screen.height) / (shot.share * shot.height)
  const around = random.below(360)
  const [right, down] = axes(radians(shot.tilt), radians(around), radians(shot.turn))
  const normal: Vector = [
    right[1] * down[2] - right[2] * down[1],
    right[2] * down[0] - right[0] * down[2],
    right[0] * down[1] - right[1] * down[0],
  ]
  const [shiftX, shiftY] = [random.below(100) / 100, random.below(100) / 100]
  return (x, y) => {
    const ray: Vector = [x + shiftX - shot.width / 2, y + shiftY - shot.height / 2, focal]
    const far = (normal[2] * distance) / dot(normal, ray)
    const from: Vector = [ray[0] * far, ray[1] * far, ray[2] * far - distance]
    return [dot(from, right) + screen.width / 2, dot(from, down) + screen.height / 2]
  }
}

/** The screen's own right and down, leaning by `tilt` about the axis at `about`, turned by `turn`. */
function axes(tilt: number, about: number, turn: number): readonly [Vector, Vector] {
  const leaning = (angle: number): Vector => {
    const [along, across] = [Math.cos(angle - about), Math.sin(angle - about)]
    const shortened = across * Math.cos(tilt)
    return [
      along * Math.cos(about) - shortened * Math.sin(about),
      along * Math.sin(about) + shortened * Math.cos(about),
      across * Math.sin(tilt),
    ]
  }
  return [leaning(turn), leaning(turn + Math.PI / 2)]
}

function softened(light: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma)
  const weights = Array.from({ length: 2 * reach + 1 }, (_, index) =>
    Math.exp(-((index - reach) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const kernel = Float32Array.from(weights, (weight) => weight / sum)
  const across = convolved(light, kernel, reach, width, height, 1, width)
  return convolved(across, kernel, reach, height, width, width, 1)
}

function convolved(
  light: Float32Array,
  kernel: Float32Array,
  reach: number,
  length: number,
  lines: number,
  step: number,
  stride: number,
): Float32Array {
  const result = Float32Array.from(light)
  for (let line = 0; line < lines; line += 1) {
    for (let place = reach; place < length - reach; place += 1) {
      let value = 0
      const first = line * stride + (place - reach) * step
      for (let index = 0; index < kernel.length; index += 1) {
        value += (kernel[index] ?? 0) * (light[first + index * step] ?? 0)
      }
      result[line * stride + place * step] = value
    }
  }
  return result
}

const NOISE = 1 << 16
const bell = new Float32Array(NOISE)

/** A table of normal deviates, made once. */
function deviates(random: Seeded): Float32Array {
  if (bell[0] !== 0) return bell
  for (let at = 0; at < NOISE; at += 2) {
    const radius = Math.sqrt(-2 * Math.log((random.next() + 1) / (2 ** 32 + 1)))
    const angle = (2 * Math.PI * random.next()) / 2 ** 32
    bell[at] = radius * Math.cos(angle)
    bell[at + 1] = radius * Math.sin(angle)
  }
  return bell
}

/** What the sensor makes of the light. */
export function exposed(light: Float32Array, { width, height, noise }: Shot, random: Seeded): GrayPicture {
  const table = deviates(random)
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y += 1) {
    let from = random.below(NOISE)
    for (let at = y * width; at < (y + 1) * width; at += 1) {
      // A step that shares no factor with the table's size passes through all of it.
      from = (from + 7919) % NOISE
      pixels[at] = Math.max(0, Math.min(255, Math.round((light[at] ?? 0) + noise * (table[from] ?? 0))))
    }
  }
  return { width, height, pixels }
}

/** A video: its screens in turn, each for some frames. */
export interface Video {
  readonly path: string
  readonly framesPerSecond: number
  /** How many frames each screen stays. */
  readonly framesPerScreen: number
  readonly screens: readonly GrayPicture[]
  readonly shot: Shot
  /** How often a frame shows nothing at all. */
  readonly dropped: number
}

/** Writes a video as YUV4MPEG2 without colour, which Chromium takes in place of a camera and repeats without end. */
export function writeVideo(video: Video, random: Seeded): void {
  const { width, height, around } = video.shot
  const file = openSync(video.path, 'w')
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${video.framesPerSecond}:1 Ip A1:1 C420jpeg\n`)
  const colour = Buffer.alloc((width * height) / 2, 128)
  const nothing = new Float32Array(width * height).fill(around)
  const hand = random.next()
  for (const screen of video.screens) {
    // The camera does not move between the screens: each is seen from the same place.
    const light = lens(screen, video.shot, new Seeded(hand))
    for (let frame = 0; frame < video.framesPerScreen; frame += 1) {
      const seen = random.chance(video.dropped) ? nothing : light
      writeSync(file, 'FRAME\n')
      writeSync(file, exposed(seen, video.shot, random).pixels)
      writeSync(file, colour)
    }
  }
  closeSync(file)
}
