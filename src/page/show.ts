// The half of the page that shows: a document as codes, with what a person may turn to make a camera read them.
//
// Where the system asks for less motion, the codes begin held. Codes that run do flash: that is how they cross.
import { documentCodes, type DocumentCodes } from '../shared/qr/document-codes.ts'
import { announce, element, listWords, say, showProblems } from './dom.ts'
import { drawCode } from './draw.ts'
import { Player } from './player.ts'
import { describe } from './scanned.ts'

const at = {
  file: element('show-file', HTMLInputElement),
  problem: element('show-problem', HTMLElement),
  shown: element('shown', HTMLElement),
  screen: element('screen', HTMLElement),
  canvas: element('code', HTMLCanvasElement),
  part: element('part', HTMLElement),
  motion: element('motion', HTMLElement),
  moving: element('moving', HTMLElement),
  hold: element('hold', HTMLButtonElement),
  back: element('back', HTMLButtonElement),
  forth: element('forth', HTMLButtonElement),
  speed: element('speed', HTMLInputElement),
  size: element('size', HTMLInputElement),
  white: element('white', HTMLInputElement),
  density: element('density', HTMLSelectElement),
  kind: element('shown-kind', HTMLElement),
  digest: element('shown-digest', HTMLElement),
  words: element('shown-words', HTMLElement),
}

/** What may be chosen as the densest code; the first is what the program chooses itself. */
const DENSITIES = [4, 6, 8, 10, 12, 15, 17, 20, 22, 25, 30, 40] as const

/** More bytes than any document has: a larger file is not read at all. */
const MOST_BYTES = 1024 * 1024

/** A document on the screen. */
interface Shown {
  readonly bytes: Uint8Array
  readonly codes: DocumentCodes
  readonly player: Player
}

let shown: Shown | null = null

/** Connects this half of the page with its elements. */
export function openShow(): void {
  at.density.append(
    new Option('as usual', ''),
    ...DENSITIES.map((version) => new Option(`version ${version}`, String(version))),
  )
  at.file.addEventListener('change', () => void showFile(at.file.files?.[0]))
  at.density.addEventListener('change', () => {
    if (shown !== null) showBytes(shown.bytes)
  })
  at.hold.addEventListener('click', toggleHold)
  at.back.addEventListener('click', () => step(-1))
  at.forth.addEventListener('click', () => step(1))
  for (const input of [at.speed, at.size, at.white]) input.addEventListener('input', adjust)
  window.addEventListener('resize', draw)
  document.addEventListener('keydown', onKey)
  adjust()
}

/** Shows a document as codes, or says why not. */
export function showBytes(bytes: Uint8Array): void {
  at.problem.hidden = true
  at.shown.hidden = true
  const densest = at.density.value === '' ? undefined : Number(at.density.value)
  try {
    const codes = documentCodes(bytes, densest)
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    const isFirst = shown === null
    const isHeld = isFirst ? isCalm : shown?.player.isHeld === true
    shown = { bytes, codes, player: new Player(codes, Number(at.speed.value), isHeld) }
    at.motion.hidden = !isCalm || codes.count === 1
    at.shown.hidden = false
    describeShown(shown)
    draw()
    if (isFirst) requestAnimationFrame(run)
  } catch (error) {
    shown = null
    showProblems(at.problem, error)
  }
}

/** Draws again: the room has changed. */
export function draw(): void {
  if (shown === null || at.shown.hidden || at.screen.clientWidth === 0) return
  const { codes, player } = shown
  const room = Math.min(at.screen.clientWidth, window.innerHeight)
  const look = { room, size: Number(at.size.value), white: Number(at.white.value), version: codes.version }
  const code = codes.qr(player.number)
  drawCode(at.canvas, code, look)
  at.canvas.setAttribute('aria-label', `QR code. ${player.label}`)
  say(at.part, player.isHeld && codes.count > 1 ? `${player.label} (held)` : player.label)
}

function describeShown({ bytes, codes }: Shown): void {
  const { kind, digest, words } = describe(bytes)
  const how = codes.count === 1 ? 'one code' : `${codes.count} parts`
  at.kind.textContent = `${kind}, ${bytes.length} bytes; ${how}, version ${codes.version}`
  at.digest.textContent = digest
  listWords(at.words, words)
  at.moving.hidden = codes.count === 1
  showHold()
  announce(`The ${kind} is shown as ${how}. Its words: ${words.join(' ')}.`)
}

async function showFile(file: File | undefined): Promise<void> {
  if (file === undefined) return
  showBytes(new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer()))
}

function run(now: number): void {
  if (shown === null) return
  if (shown.player.tick(now)) draw()
  requestAnimationFrame(run)
}

function toggleHold(): void {
  if (shown === null) return
  shown.player.isHeld = !shown.player.isHeld
  showHold()
  draw()
}

function showHold(): void {
  const isHeld = shown?.player.isHeld === true
  at.hold.setAttribute('aria-pressed', String(isHeld))
}

function step(by: number): void {
  if (shown === null) return
  shown.player.isHeld = true
  shown.player.step(by)
  showHold()
  draw()
}

function adjust(): void {
  const values = { speed: `${at.speed.value} codes a second`, size: `${at.size.value} %`, white: `${at.white.value} %` }
  for (const [name, text] of Object.entries(values)) element(`${name}-value`, HTMLOutputElement).value = text
  if (shown !== null) shown.player.speed = Number(at.speed.value)
  draw()
}

function faster(by: number): void {
  at.speed.value = String(Number(at.speed.value) + by)
  adjust()
}

const keys: Readonly<Record<string, () => void>> = {
  ' ': toggleHold,
  ArrowLeft: () => step(-1),
  ArrowRight: () => step(1),
  '+': () => faster(1),
  '=': () => faster(1),
  '-': () => faster(-1),
  '\u2212': () => faster(-1),
}

/** Elements that need these keys themselves. */
const BUSY = 'input, select, textarea, button, a, summary'

function onKey(event: KeyboardEvent): void {
  const action = keys[event.key]
  const isBusy = event.target instanceof Element && event.target.closest(BUSY) !== null
  const isShowing = shown !== null && shown.codes.count > 1 && at.screen.clientWidth > 0
  if (action === undefined || isBusy || !isShowing || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  action()
}
