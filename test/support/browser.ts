// The built page in a real browser without a window, opened from the disk, with a video in place of its camera.
//
// Everything that the page must never do is counted: requests beyond its own file, violations of its policy, faults of its
// script.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { grayFromRgba, type GrayPicture } from '../../src/shared/qr/picture.ts'
import { CLEAR, writeVideo, type Shot } from './camera.ts'
import { Seeded } from './seeded.ts'
import { inProject } from './project.ts'

/** The built page. */
export const PAGE = inProject('dist/airlock-page.html')

/** The empty page as text. */
export const template = (): string => readFileSync(PAGE, 'utf8')

/** A page that is open, and what it should not have done. */
export interface Opened {
  readonly page: Page
  /** Requests, violations and faults, as sentences; empty when all is well. */
  readonly faults: readonly string[]
}

/** Starts a browser; with a video, that is what its camera sees. */
export function startBrowser(video?: string): Promise<Browser> {
  const camera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']
  return chromium.launch({
    executablePath: process.env['AIRLOCK_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', ...(video === undefined ? [] : [...camera, `--use-file-for-fake-video-capture=${video}`])],
    timeout: 30_000,
  })
}

const LISTEN = `addEventListener('securitypolicyviolation',
  ({ violatedDirective, blockedURI }) => console.error('violation of ' + violatedDirective + ' by ' + blockedURI))`

/** Opens the page in a browser. */
export async function openPage(
  browser: Browser,
  file = PAGE,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const faults: string[] = []
  const url = pathToFileURL(file).href
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('blob:')) faults.push(`a request for ${request.url()}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  await page.addInitScript(LISTEN)
  await page.goto(url)
  return { page, faults }
}

/** A picture as a page or a file has it. */
export function grayOfPng(bytes: Buffer): GrayPicture {
  const { width, height, data } = PNG.sync.read(bytes)
  return grayFromRgba(data, width, height)
}

/** Every code of the round that the page shows, as pictures of the screen: held, and one step at a time. */
export async function screensOf(page: Page): Promise<GrayPicture[]> {
  const canvas = page.locator('#code')
  const hold = page.locator('#hold')
  if (!(await hold.isVisible())) return [grayOfPng(await canvas.screenshot())]
  if ((await hold.getAttribute('aria-pressed')) === 'false') await hold.click()
  const screens = new Map<string, GrayPicture>()
  for (;;) {
    const label = await page.locator('#part').innerText()
    if (screens.has(label)) return [...screens.values()]
    screens.set(label, grayOfPng(await canvas.screenshot()))
    await page.locator('#forth').click()
  }
}

/** A document that was scanned: its name, its bytes, and the seconds from the start of the camera to the whole. */
export interface Received {
  readonly name: string
  readonly bytes: Buffer
  readonly seconds: number
}

/** Waits for the document and saves it as a person does. */
export async function save(page: Page): Promise<Omit<Received, 'seconds'>> {
  const link = page.locator('#result-save')
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

/** Scans with the camera until the document is whole, then saves it. */
export async function scanByCamera(page: Page): Promise<Received> {
  const start = performance.now()
  await page.locator('#camera-start').click()
  await page.locator('#result').waitFor({ timeout: 45_000 })
  const seconds = (performance.now() - start) / 1000
  return { ...(await save(page)), seconds }
}

/** How screens come before a camera. */
export interface Crossing {
  /** 5 where it is left out. */
  readonly codesPerSecond?: number
  /** The share of frames that are lost; none where it is left out. */
  readonly dropped?: number
  readonly shot?: Partial<Shot>
}

const FRAMES_PER_SECOND = 20

/**
 * Shows screens to the camera of a page, in a browser of its own.
 *
 * @param path where the video goes
 * @returns what was saved there, and what the page should not have done
 */
export async function crossByCamera(
  path: string,
  screens: readonly GrayPicture[],
  { codesPerSecond = 5, dropped = 0, shot = {} }: Crossing = {},
): Promise<Received & Pick<Opened, 'faults'>> {
  const frames = { framesPerSecond: FRAMES_PER_SECOND, framesPerScreen: FRAMES_PER_SECOND / codesPerSecond }
  // The camera repeats its video: a part that is lost in all of it would never come.
  const rounds = dropped > 0 ? [...screens, ...screens, ...screens] : screens
  writeVideo({ path, ...frames, screens: rounds, dropped, shot: { ...CLEAR, ...shot } }, new Seeded(3))
  const browser = await startBrowser(path)
  try {
    const { page, faults } = await openPage(browser)
    return { ...(await scanByCamera(page)), faults }
  } finally {
    await browser.close()
  }
}
