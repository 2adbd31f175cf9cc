// The page of codes: turns between scanning and showing, and shows at once the document that it carries, if any.
//
// It has no network, no key and no signature to make; it judges a document as the packed form does, and no further. What
// it shows is for eyes and cameras: the programs judge the file again.
import { carriedDocument } from '../shared/qr/carrying-page.ts'
import { element, showProblems } from './dom.ts'
import { openScan, stopCamera } from './scan.ts'
import { draw, openShow, showBytes } from './show.ts'

const views = ['scan', 'show'] as const
type View = (typeof views)[number]

function turnTo(view: View): void {
  for (const name of views) {
    element(name, HTMLElement).hidden = name !== view
    element(`open-${name}`, HTMLButtonElement).setAttribute('aria-pressed', String(name === view))
  }
  if (view === 'show') stopCamera()
  draw()
}

function showCarried(): void {
  const carried = document.querySelector('meta[name="airlock-document"]')?.getAttribute('content') ?? ''
  if (carried === '') return
  turnTo('show')
  try {
    showBytes(carriedDocument(carried))
  } catch (error) {
    showProblems(element('show-problem', HTMLElement), error)
  }
}

openScan()
openShow()
for (const view of views) element(`open-${view}`, HTMLButtonElement).addEventListener('click', () => turnTo(view))
turnTo('scan')
showCarried()
