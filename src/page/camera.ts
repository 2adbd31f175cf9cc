// The camera: its stream in a video element, and its frames as grey pictures, one at a time.
//
// A frame is asked for when the one before has been read, so that a slow machine reads fewer frames and never an old one.
// Nothing is recorded, and sound is not asked for. The camera is let go as soon as it is stopped.
import { grayFromRgba, type GrayPicture } from '../shared/qr/picture.ts'

/** The picture asked for; a camera gives what it can. */
const IDEAL = { width: { ideal: 1280 }, height: { ideal: 720 } } as const

/** A camera that may be running. */
export class Camera {
  readonly #video: HTMLVideoElement
  readonly #canvas = document.createElement('canvas')
  #stream: MediaStream | null = null

  constructor(video: HTMLVideoElement) {
    this.#video = video
  }

  get isRunning(): boolean {
    return this.#stream !== null
  }

  /** The camera in use, for the list of cameras. */
  get deviceId(): string | undefined {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId
  }

  /**
   * Starts a camera and gives each frame to a function until stop().
   *
   * @param deviceId which; the one that looks away from the person where it is left out
   * @throws DOMException of the browser when it denies the camera or there is none
   */
  async start(deviceId: string | undefined, onFrame: (frame: GrayPicture) => void): Promise<void> {
    this.stop()
    // Browsers leave it out where the page is not in a secure context.
    const devices = navigator.mediaDevices as MediaDevices | undefined
    if (devices === undefined) throw new DOMException('no cameras for pages here', 'NotSupportedError')
    const which = deviceId === undefined ? { facingMode: 'environment' } : { deviceId: { exact: deviceId } }
    const stream = await devices.getUserMedia({ audio: false, video: { ...IDEAL, ...which } })
    this.#stream = stream
    this.#video.srcObject = stream
    await this.#video.play()
    const next = (): void => {
      if (this.#stream !== stream) return
      const frame = this.#frame()
      if (frame !== null) onFrame(frame)
      this.#video.requestVideoFrameCallback(next)
    }
    this.#video.requestVideoFrameCallback(next)
  }

  /** Lets the camera go. */
  stop(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop()
    this.#stream = null
    this.#video.srcObject = null
  }

  #frame(): GrayPicture | null {
    const { videoWidth: width, videoHeight: height } = this.#video
    return width === 0 || height === 0 ? null : grayOf(this.#video, width, height, this.#canvas)
  }
}

/** The cameras that the browser names; it does so once one was allowed. */
export async function cameras(): Promise<readonly MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices()
  return all.filter(({ kind }) => kind === 'videoinput')
}

/** Why a camera did not start, and what to do instead. */
export function cameraProblem(error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  const otherwise = 'Pictures as files and lines of text work without it, see below.'
  switch (name) {
    case 'NotAllowedError':
      return `The browser denies the camera to this page. ${otherwise}`
    case 'NotFoundError':
    case 'OverconstrainedError':
      return `No such camera found. ${otherwise}`
    case 'NotReadableError':
      return `The camera is in use by another program, or does not answer. ${otherwise}`
    default:
      return `The camera did not start${name === '' ? '' : ` (${name})`}. ${otherwise}`
  }
}

/** A picture file, as a grey picture of bounded size. */
export async function pictureOf(file: Blob): Promise<GrayPicture> {
  const bitmap = await createImageBitmap(file)
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height))
  const size = (side: number): number => Math.max(1, Math.round(side * scale))
  const picture = grayOf(bitmap, size(bitmap.width), size(bitmap.height), document.createElement('canvas'))
  bitmap.close()
  return picture
}

/** Pixels of the long side of a picture that is looked at; larger ones are drawn smaller. */
const MOST_SIDE = 4000

function grayOf(source: CanvasImageSource, width: number, height: number, canvas: HTMLCanvasElement): GrayPicture {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('this browser draws no canvas')
  context.drawImage(source, 0, 0, width, height)
  return grayFromRgba(context.getImageData(0, 0, width, height).data, width, height)
}
