// What the ledger says of a visit, field by field, and that none of it is a secret.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { getBytes, recoverAddress, Transaction } from 'ethers'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import { digestOf } from '../../documents/canonical.ts'
import { avsDigest, calldataOf, transactionOf, type RequestJson, type ResponseJson } from '../../documents/documents.ts'
import { ColdMachine, HOUR_AGO, WEEK_ON, type Entry } from '../../support/cold-machine.ts'
import { blsKeystore } from '../../support/keystores.ts'
import { approve, type Answer } from '../../support/programs.ts'
import { inProject } from '../../support/project.ts'

let machine: ColdMachine
let json: RequestJson
let path: string
let began: number
let response: ResponseJson
let responseDigest: string
beforeAll(async () => {
  machine = (await ColdMachine.open()).asProcess()
  json = machine.json({ 'transaction.nonce': 5 })
  path = machine.request({ 'transaction.nonce': 5 })
  began = Math.floor(Date.now() / 1000)
  const signed = await machine.sign(path)
  expect(signed.exitCode).toBe(0)
  responseDigest = digestOf(readFileSync(signed.response))
  response = JSON.parse(readFileSync(signed.response, 'utf8')) as ResponseJson
})
afterAll(() => machine.close())

const entryOf = (event: string): Entry => {
  const found = machine.entries().find(({ body }) => body.event === event)
  if (found === undefined) throw new Error(`reading the ledger: nothing was ${event}`)
  return found
}

describe('a request that was signed', () => {
  it('is there when it was seen, with every field that tells it from others', () => {
    const { body, time } = entryOf('seen')
    expect(body).toMatchObject({
      policy: null,
      request: {
        avs: json.operation.serviceManager,
        blockTime: HOUR_AGO,
        chainId: 1,
        code: null,
        contracts: [
          json.operation.registryCoordinator,
          json.operation.serviceManager,
          json.operation.operatorSignature?.avsDirectory,
        ],
        digest: digestOf(readFileSync(path)),
        expiry: WEEK_ON,
        kind: 'register',
        nonce: 5,
        operator: machine.keys.operator,
        sender: machine.keys.operator,
        salt: json.operation.operatorSignature?.salt,
      },
    })
    expect(time).toBeGreaterThanOrEqual(began)
    expect(time).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
  })

  it('says which program it was, as sha256sum would', () => {
    const bundle = inProject('dist/airlock-cold.mjs')
    const sha256 = createHash('sha256').update(readFileSync(bundle)).digest('hex')
    for (const event of ['begun', 'seen', 'signed'])
      expect(entryOf(event).body['program']).toEqual({ sha256, version: packageJson.version })
  })

  it('has the digests that were signed, as ethers computes them, and the public names of the keys', () => {
    const { body } = entryOf('signed')
    const digests = body['digests'] as { digest: string; part: string }[]
    const data = calldataOf(json, response.operatorSignature, response.pubkeyRegistrationParams)
    const transaction = transactionOf(json, data, 0)
    expect(digests.map(({ part }) => part)).toEqual(['operatorSignature', 'pubkeyRegistrationParams', 'transactions'])
    expect(digests[0]?.digest).toBe(avsDigest(json))
    expect(digests[2]?.digest).toBe(transaction.unsignedHash)
    expect(recoverAddress(digests[0]?.digest ?? '', response.operatorSignature ?? '')).toBe(machine.keys.operator)
    transaction.signature = response.transactions?.[0] ?? ''
    expect(Transaction.from(transaction.serialized).from).toBe(machine.keys.operator)
    expect(body['keys']).toEqual({ address: machine.keys.operator, operatorId: machine.operatorId })
    expect(body).toMatchObject({ approvals: [], policy: null, reviewedBy: 'person' })
  })

  it('is bound to its response, and the response to it', () => {
    const { body, entry, hash } = entryOf('signed')
    expect(body['request']).toEqual(entryOf('seen').body['request'])
    const ledger = machine.entries()[0]?.hash.slice(0, 16)
    expect(response.anchors).toEqual([{ entry, hash: hash.slice(0, 32), ledger }])
    expect(entryOf('delivered').body).toMatchObject({ of: entry, response: responseDigest })
    const kept = (digest: string): Buffer => readFileSync(join(machine.ledger, 'documents', digest))
    expect(kept(digestOf(readFileSync(path)))).toEqual(readFileSync(path))
    expect(digestOf(kept(responseDigest))).toBe(responseDigest)
    const review = kept(body['review'] as string).toString()
    for (const shown of [machine.keys.operator, digestOf(readFileSync(path)), '203.0.113.7:32005', 'Policy'])
      expect(review).toContain(shown)
    expect(review).not.toContain('\u001b')
  })
})

describe('every other end of a visit', () => {
  it.each<[name: string, event: string, code: string, sign: () => Promise<unknown>]>([
    ['no request at all', 'refused', 'document_not_json', () => machine.sign(machine.write('x', 'hello'), [], [])],
    [
      'an expired request',
      'refused',
      'expiry_past',
      () => machine.sign(machine.request({ 'block.timestamp': HOUR_AGO - 9, expiry: HOUR_AGO }), [], []),
    ],
    ['an empty line', 'declined', '', () => machine.sign(path, [], [{ prompt: /\[no\]: $/, type: '\r' }])],
    ['Ctrl-C at the question', 'declined', '', () => machine.sign(path, [], [{ prompt: /\[no\]: $/, type: '\x03' }])],
    [
      'the wrong password',
      'refused',
      'password_wrong',
      () => {
        const wrong = ['--ecdsa-password-file', machine.write('wrong', 'no\n')]
        return machine.sign(path, [...machine.keyFlags(), ...wrong])
      },
    ],
    [
      'no terminal',
      'refused',
      'no_terminal',
      () => machine.run('sign', path, '-o', machine.path('r'), ...machine.keyFlags()),
    ],
  ])('%s is recorded', async (_, event, code, sign) => {
    const before = machine.entries().length
    await sign()
    const last = machine.last()
    expect(machine.entries().length).toBeGreaterThan(before)
    expect(last.event).toBe(event)
    if (event === 'refused') expect(last['problems']).toMatchObject([{ code }])
  })

  it('Ctrl-C while the keys are unlocked', async () => {
    const here = machine.asProcess()
    const slow = machine.write('slow.json', blsKeystore(machine.keys.blsSecret, machine.keys.blsPassword, 524_288))
    const bls = ['--bls-keystore', slow, '--bls-password-file', machine.keys.blsPasswordFile]
    const stop: Answer = { prompt: /unlocking: /, type: '\x03' }
    const stopped = await here.sign(path, [...machine.keyFlags(['ecdsa']), ...bls], [approve, stop])
    expect([stopped.exitCode, existsSync(stopped.response)]).toEqual([5, false])
    expect(here.events()).toEqual(['begun', 'seen', 'declined'])
  })
})

describe('no secret', () => {
  const filesIn = (folder: string): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => statSync(name).isFile())

  it('is in any file of the ledger: password, key, key file', async () => {
    const typed: Answer = { prompt: /Password of the ECDSA key [^:]*: $/, type: `${machine.keys.ecdsaPassword}\r` }
    await machine.sign(
      path,
      ['--ecdsa-keystore', machine.keys.ecdsaKeystore, ...machine.keyFlags(['bls'])],
      [approve, typed],
    )
    const { ecdsaPassword, blsPassword, operatorSecret, blsSecret, ecdsaKeystore, blsKeystore: blsFile } = machine.keys
    const secret = operatorSecret.slice(2)
    const bls = blsSecret.toString(16).padStart(64, '0')
    const forms = (hex: string): string[] => {
      const bytes = Buffer.from(getBytes(`0x${hex}`))
      return [hex, hex.toUpperCase(), bytes.toString('base64'), BigInt(`0x${hex}`).toString(), bytes.toString('latin1')]
    }
    const keystores = [ecdsaKeystore, blsFile].flatMap((file) => {
      const found = readFileSync(file, 'utf8').match(/[0-9a-f]{32,}/g) ?? []
      return found.filter((hex) => !machine.keys.operator.toLowerCase().includes(hex))
    })
    const needles = [ecdsaPassword, blsPassword, ...forms(secret), ...forms(bls), ...keystores]
    expect(needles.length).toBeGreaterThan(15)
    const found = filesIn(machine.ledger).flatMap((file) => {
      const text = readFileSync(file, 'latin1')
      return needles.filter((needle) => text.includes(needle)).map((needle) => `${file}: ${needle.slice(0, 4)}`)
    })
    expect(found).toEqual([])
    // A search that finds nothing must be able to find something.
    cpSync(ecdsaKeystore, join(machine.ledger, 'planted'))
    expect(filesIn(machine.ledger).some((file) => readFileSync(file, 'latin1').includes(keystores[0] ?? '-'))).toBe(
      true,
    )
  })

  it('and nobody else can read it', () => {
    for (const file of filesIn(machine.ledger).filter((name) => !name.endsWith('planted')))
      expect([file, statSync(file).mode & 0o077]).toEqual([file, 0])
    expect(statSync(machine.ledger).mode & 0o077).toBe(0)
  })
})
