// A code on a canvas: one pixel a square, enlarged by a whole number of the screen's own pixels.
import { QUIET_ZONE, sizeWithQuietZone, type QrCode } from '../shared/qr/qr-code.ts'

/** How large and how bright a code is drawn. */
export interface Look {
  /** Pixels of the page that a code may take at most. */
  readonly room: number
  /** The part of that room which it is to take, in percent. */
  readonly size: number
  /** The brightness of the white, in percent. */
  readonly white: number
  /** The densest version of the round: all codes of a round are drawn in one scale. */
  readonly version: number
}

/** Draws a code, dark on light with its quiet zone, whatever the theme of the page. */
export function drawCode(canvas: HTMLCanvasElement, code: QrCode, look: Look): void {
  const side = code.size + 2 * QUIET_ZONE
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side })
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('this browser draws no canvas')
  context.putImageData(squares(code, side, look.white), 0, 0)
  const ratio = window.devicePixelRatio || 1
  const room = (look.room * ratio * look.size) / 100
  const scale = Math.max(1, Math.floor(room / sizeWithQuietZone(look.version)))
  const pixels = `${(side * scale) / ratio}px`
  Object.assign(canvas.style, { width: pixels, height: pixels })
}

function squares(code: QrCode, side: number, white: number): ImageData {
  const image = new ImageData(side, side)
  image.data.fill(255)
  const light = Math.round((255 * white) / 100)
  for (let at = 0; at < side * side; at += 1) {
    const [row, column] = [Math.floor(at / side) - QUIET_ZONE, (at % side) - QUIET_ZONE]
    const isWithin = row >= 0 && column >= 0 && row < code.size && column < code.size
    image.data.fill(isWithin && code.isDark(row, column) ? 0 : light, 4 * at, 4 * at + 3)
  }
  return image
}
