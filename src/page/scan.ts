// The half of the page that reads: camera, pictures, lines of text, all into one scan; then the document and its file.
//
// Screen readers are told at every quarter and at the end, not at every part.
import type { GrayPicture } from '../shared/qr/picture.ts'
import { readFrame, readPicture } from '../shared/qr/read-qr.ts'
import { Camera, cameraProblem, cameras, pictureOf } from './camera.ts'
import { announce, element, listWords, say, showProblems } from './dom.ts'
import { missingLine, partsLine, rejectedLine, Scan, strangersLine, type Scanned } from './scanned.ts'

const at = {
  start: element('camera-start', HTMLButtonElement),
  stop: element('camera-stop', HTMLButtonElement),
  choice: element('camera-choice', HTMLElement),
  device: element('camera-device', HTMLSelectElement),
  mirror: element('camera-mirror', HTMLInputElement),
  box: element('camera-box', HTMLElement),
  video: element('camera', HTMLVideoElement),
  sees: element('camera-sees', HTMLElement),
  cameraProblem: element('camera-problem', HTMLElement),
  bar: element('scan-bar', HTMLProgressElement),
  parts: element('scan-parts', HTMLElement),
  missing: element('scan-missing', HTMLElement),
  strangers: element('scan-strangers', HTMLElement),
  rejected: element('scan-rejected', HTMLElement),
  problem: element('scan-problem', HTMLElement),
  result: element('result', HTMLElement),
  title: element('result-title', HTMLElement),
  digest: element('result-digest', HTMLElement),
  words: element('result-words', HTMLElement),
  save: element('result-save', HTMLAnchorElement),
  again: element('scan-again', HTMLButtonElement),
  files: element('scan-files', HTMLInputElement),
  text: element('scan-text', HTMLTextAreaElement),
  read: element('scan-read', HTMLButtonElement),
}

const camera = new Camera(at.video)
let scan = new Scan()
let quarters = 0
let isOver = false

/** Connects this half of the page with its elements. */
export function openScan(): void {
  at.start.addEventListener('click', () => void startCamera())
  at.device.addEventListener('change', () => void startCamera(at.device.value))
  at.stop.addEventListener('click', () => {
    stopCamera()
    at.start.focus()
  })
  at.mirror.addEventListener('change', () => at.video.classList.toggle('mirrored', at.mirror.checked))
  at.files.addEventListener('change', () => void readFiles([...(at.files.files ?? [])]))
  at.read.addEventListener('click', () => readLines(at.text.value))
  at.again.addEventListener('click', scanAgain)
}

/** Lets the camera go: the page turns to something else. */
export function stopCamera(): void {
  camera.stop()
  at.box.hidden = true
  at.stop.hidden = true
  at.start.hidden = isOver
}

async function startCamera(deviceId?: string): Promise<void> {
  say(at.cameraProblem, null)
  try {
    await camera.start(deviceId, look)
    at.box.hidden = false
    at.start.hidden = true
    at.stop.hidden = false
    await listCameras()
  } catch (error) {
    stopCamera()
    say(at.cameraProblem, cameraProblem(error))
  }
}

async function listCameras(): Promise<void> {
  const found = await cameras()
  at.choice.hidden = found.length < 2
  at.device.replaceChildren(
    ...found.map(({ deviceId, label }, index) => new Option(label || `Camera ${index + 1}`, deviceId)),
  )
  at.device.value = camera.deviceId ?? ''
}

function look(frame: GrayPicture): void {
  const reading = readFrame(frame)
  if (reading === null) {
    say(at.sees, 'The camera sees no code that can be read.')
    return
  }
  const outcome = take(reading.text)
  const seen = { new: 'a new part', known: 'a part that is held', whole: 'the last part' } as const
  if (outcome === 'stranger') say(at.sees, 'The camera sees a code of another message.')
  else if (outcome === 'rejected') say(at.sees, 'The camera sees a code that is none of ours.')
  else if (outcome !== null) say(at.sees, `The camera sees ${seen[outcome]}.`)
}

/** Takes one text; null once the scan is over. */
function take(text: string): ReturnType<Scan['receive']>['outcome'] | null {
  if (isOver) return null
  try {
    const { outcome } = scan.receive(text)
    showProgress()
    if (scan.document !== null) showDocument(scan.document)
    return outcome
  } catch (error) {
    showProblems(at.problem, error)
    end()
    return null
  }
}

function showProgress(): void {
  const { progress } = scan
  at.bar.max = Math.max(1, progress.needed)
  at.bar.value = progress.held
  say(at.parts, partsLine(progress))
  say(at.missing, missingLine(progress))
  say(at.strangers, strangersLine(progress))
  say(at.rejected, rejectedLine(progress, scan.lastFault))
  const now = progress.needed === 0 ? 0 : Math.floor((4 * progress.held) / progress.needed)
  if (now > quarters && now < 4) announce(partsLine(progress))
  quarters = now
}

function showDocument({ kind, bytes, digest, words }: Scanned): void {
  const name = `${kind}.json`
  at.title.textContent = `A whole ${kind}, ${bytes.length} bytes`
  at.digest.textContent = digest
  listWords(at.words, words)
  at.save.textContent = `Save ${name}`
  at.save.download = name
  at.save.href = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: 'application/json' }))
  at.result.hidden = false
  end()
  at.title.focus()
  announce(`The ${kind} is whole. Its words: ${words.join(' ')}.`)
}

function end(): void {
  isOver = true
  at.again.hidden = false
  stopCamera()
}

function scanAgain(): void {
  if (at.save.href !== '') URL.revokeObjectURL(at.save.href)
  at.save.removeAttribute('href')
  scan = new Scan()
  isOver = false
  at.result.hidden = true
  at.problem.hidden = true
  at.again.hidden = true
  at.start.hidden = false
  at.files.value = ''
  at.text.value = ''
  showProgress()
  at.start.focus()
}

async function readFiles(files: readonly File[]): Promise<void> {
  const without: string[] = []
  for (const file of files) {
    const text = await textIn(file)
    if (text === null) without.push(file.name)
    else take(text)
  }
  const names = without.map((name) => JSON.stringify(name.slice(0, 60))).join(', ')
  say(at.cameraProblem, without.length === 0 ? null : `No code could be read in ${names}.`)
}

async function textIn(file: File): Promise<string | null> {
  try {
    return readPicture(await pictureOf(file))?.text ?? null
  } catch {
    // Not a picture that this browser knows.
    return null
  }
}

function readLines(text: string): void {
  const lines = text.split(/\s+/).filter((line) => line !== '')
  if (lines.length === 0) say(at.cameraProblem, 'There are no lines to read.')
  for (const line of lines) take(line)
}
