// An age file under a passphrase: armoured text in, bytes out, and back.
//
// The header, its MAC, the payload and the armour are those of the package age-encryption. The scrypt stanza is made and
// opened here, by the interface that the package has for that, exactly as C2SP's age specification writes it: 16 bytes
// of salt, scrypt with r = 8 and p = 1 over "age-encryption.org/v1/scrypt" and the salt, ChaCha20-Poly1305 with a nonce of
// zeros, which is safe because each derived key seals one file key. The package's own takes the passphrase as a string,
// which cannot be wiped, and has one and the same error for a wrong passphrase and for no passphrase at all.
//
// Refused before any work is done: more than 1 MiB, other recipients than one passphrase, a work factor above 20 (1 GiB
// of memory; the package has the same limit, the program age takes up to 22).
import { armor, Decrypter, Encrypter, Stanza, type Identity, type Recipient } from 'age-encryption'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { scryptKey } from './scrypt.ts'

/** The passphrase does not belong to the file, or its header was changed. */
export class WrongPassphrase extends Error {}

/** It is no age file under a passphrase, or a damaged one; the message says what was seen. */
export class NoSuchFile extends Error {}

/** log2 of the work factor that is written: age's own, about a second and 256 MiB. */
const WORK = 18
/** log2 of the highest work factor that is opened. */
const MOST_WORK = 20
const LABEL = new TextEncoder().encode('age-encryption.org/v1/scrypt')
const SALT_LENGTH = 16
const FILE_KEY_LENGTH = 16
const TAG_LENGTH = 16
const CIPHER = 'chacha20-poly1305'
const NONCE = new Uint8Array(12)

/** The most bytes of an armoured file. */
export const MAX_AGE_FILE = 1024 * 1024

/**
 * Seals bytes under a passphrase.
 *
 * @param plain stays the caller's to wipe, and so does the passphrase
 * @returns the armoured file
 */
export async function sealWithPassphrase(plain: Uint8Array, passphrase: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(passphraseRecipient(passphrase))
  return new TextEncoder().encode(armor.encode(await encrypter.encrypt(plain)))
}

/**
 * Opens an armoured file.
 *
 * @param passphrase stays the caller's to wipe
 * @returns the bytes inside, which the caller wipes
 * @throws WrongPassphrase, NoSuchFile
 */
export async function openWithPassphrase(file: Uint8Array, passphrase: Uint8Array): Promise<Uint8Array> {
  const bytes = dearmoured(file)
  const decrypter = new Decrypter()
  decrypter.addIdentity(passphraseIdentity(passphrase))
  try {
    return await decrypter.decrypt(bytes)
  } catch (error) {
    if (error instanceof WrongPassphrase || error instanceof NoSuchFile) throw error
    throw new NoSuchFile('is damaged: its header or its content was changed, or its end is missing')
  }
}

/** The bytes of an armoured file. */
function dearmoured(file: Uint8Array): Uint8Array {
  if (file.length > MAX_AGE_FILE) throw new NoSuchFile(`is larger than ${MAX_AGE_FILE} bytes`)
  try {
    return armor.decode(new TextDecoder('utf-8', { fatal: true }).decode(file))
  } catch {
    throw new NoSuchFile('is no armoured age file, or a damaged one')
  }
}

function passphraseRecipient(passphrase: Uint8Array): Recipient {
  return {
    wrapFileKey: async (fileKey) => {
      const salt = randomBytes(SALT_LENGTH)
      const key = await wrappingKey(passphrase, salt, WORK)
      const cipher = createCipheriv(CIPHER, key, NONCE, { authTagLength: TAG_LENGTH })
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
      key.fill(0)
      return [new Stanza(['scrypt', base64(salt), String(WORK)], new Uint8Array(body))]
    },
  }
}

function passphraseIdentity(passphrase: Uint8Array): Identity {
  return {
    unwrapFileKey: async (stanzas) => {
      const { salt, work, body } = scryptStanza(stanzas)
      const key = await wrappingKey(passphrase, salt, work)
      try {
        const cipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_LENGTH })
        cipher.setAuthTag(body.subarray(FILE_KEY_LENGTH))
        return new Uint8Array(Buffer.concat([cipher.update(body.subarray(0, FILE_KEY_LENGTH)), cipher.final()]))
      } catch {
        throw new WrongPassphrase('the tag differs')
      } finally {
        key.fill(0)
      }
    },
  }
}

interface ScryptStanza {
  readonly salt: Uint8Array
  readonly work: number
  readonly body: Uint8Array
}

/** The one stanza of a file under a passphrase: the specification allows no other beside it. */
function scryptStanza(stanzas: readonly Stanza[]): ScryptStanza {
  const [stanza, ...others] = stanzas
  const [kind, salt = '', work = '', ...rest] = stanza?.args ?? []
  if (stanza === undefined || kind !== 'scrypt' || others.length > 0) {
    throw new NoSuchFile('is an age file for a key, expected one under a passphrase alone')
  }
  const wellFormed = /^[A-Za-z0-9+/]{22}$/.test(salt) && /^[1-9][0-9]?$/.test(work) && rest.length === 0
  const saltBytes = new Uint8Array(Buffer.from(salt, 'base64'))
  if (!wellFormed || base64(saltBytes) !== salt || stanza.body.length !== FILE_KEY_LENGTH + TAG_LENGTH) {
    throw new NoSuchFile('is damaged: its header has no scrypt stanza as the specification writes it')
  }
  if (Number(work) > MOST_WORK) {
    throw new NoSuchFile(
      `asks for a work factor of ${work}, expected at most ${MOST_WORK}: it would block this machine`,
    )
  }
  return { salt: saltBytes, work: Number(work), body: stanza.body }
}

const wrappingKey = (passphrase: Uint8Array, salt: Uint8Array, work: number): Promise<Uint8Array> =>
  scryptKey(passphrase, new Uint8Array([...LABEL, ...salt]), { n: 2 ** work, r: 8, p: 1 })

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
