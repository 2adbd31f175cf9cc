// The npm packages that hold compiled contracts: fetched with `npm pack`, held against a pinned SHA-512, kept in .cache/contracts.
//
// Nothing of them is installed, run or committed; single files are read out of the tarball. Where the registry cannot be reached,
// and the cache does not have a package, there is a reason in words and the tests of that package are skipped by name. Anything
// else that goes wrong, a wrong digest first of all, fails.
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inProject } from '../support/project.ts'

export interface Package {
  readonly name: string
  readonly version: string
  /** As package-lock.json spells it. */
  readonly integrity: string
}

/** EigenLayer's core of 2024, M2: Foundry's own output, made by solc 0.8.12. */
export const eigenlayer: Package = {
  name: 'eigenlayer-contracts',
  version: '1.0.4',
  integrity: 'sha512-ki5RGwVIMsywbAuSWbkKqdEV8MshrHec68yNsp1jNwZyDRers0t2E0iGYNLQejIGQTSj/FlTDGQNnkRRIQ/9UQ==',
}

/** Hyperlane's contracts, its AVS among them: 110 MB. */
export const hyperlane: Package = {
  name: '@hyperlane-xyz/core',
  version: '12.1.0',
  integrity: 'sha512-8kl5+zuir0nKHXfeo2ssySvB2P3eVdTYAJX24O9+lpFFA9BUytYVFPCcJ+8fxX0OAY4HICBOUt/OB180j+EABg==',
}

const CACHE = inProject('.cache', 'contracts')
const FETCH_TIMEOUT_MS = 600_000
/** What npm calls a registry that is not there, as against one that says no. */
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|E5\d\d|ENOTCACHED)$/

/** What the package is called on a screen. */
export const titleOf = ({ name, version }: Package): string => `${name}@${version}`

const tarballOf = (of: Package): string => join(CACHE, `${titleOf(of).replaceAll('/', '+')}.tgz`)

/** True where the tarball is in the cache; its digest is checked when it is read. */
export const isFetched = (of: Package): boolean => existsSync(tarballOf(of))

/**
 * Brings the tarball into the cache unless it is there.
 *
 * @returns null, or why the registry cannot be reached
 */
export async function fetchPackage(of: Package): Promise<string | null> {
  if (isFetched(of)) return null
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'fetching-'))
  try {
    const packed = await npmPack(of, folder)
    if ('unreachable' in packed) return packed.unreachable
    const tarball = join(folder, packed.filename)
    refuseOther(of, readFileSync(tarball))
    renameSync(tarball, tarballOf(of))
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One file of the package. Throws where the tarball in the cache is not the pinned one. */
export function readPackaged(of: Package, path: string): string {
  const tarball = readFileSync(tarballOf(of))
  refuseOther(of, tarball)
  const args = ['-xzOf', '-', `package/${path}`]
  return execFileSync('tar', args, { input: tarball, encoding: 'utf8', maxBuffer: 2 ** 28 })
}

function refuseOther(of: Package, tarball: Uint8Array): void {
  const seen = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  if (seen !== of.integrity) throw new Error(`fetching ${titleOf(of)}: it has ${seen}; expected ${of.integrity}`)
}

type Packed = { readonly filename: string } | { readonly unreachable: string }

function npmPack(of: Package, folder: string): Promise<Packed> {
  const args = ['pack', titleOf(of), '--json', '--ignore-scripts', '--fetch-retries=1', '--pack-destination', folder]
  const limits = { timeout: FETCH_TIMEOUT_MS, maxBuffer: 2 ** 28 }
  return new Promise((resolve, reject) => {
    execFile('npm', args, limits, (error, stdout, stderr) => {
      const said = jsonIn(stdout)
      const [first] = Array.isArray(said) ? (said as readonly { readonly filename: string }[]) : []
      if (error === null && first !== undefined) {
        resolve(first)
        return
      }
      const refusal = (said as { readonly error?: { readonly code: string; readonly summary: string } } | null)?.error
      if (refusal !== undefined && UNREACHABLE.test(refusal.code)) {
        resolve({ unreachable: refusal.summary })
        return
      }
      reject(new Error(`fetching ${titleOf(of)}: npm pack failed: ${stderr}`, { cause: error ?? undefined }))
    })
  })
}

function jsonIn(stdout: string): unknown {
  try {
    return JSON.parse(stdout) as unknown
  } catch {
    return null
  }
}
