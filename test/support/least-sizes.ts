// What the packed documents of the vectors register_two_quorums hold, field by field, and how few bits would do.
//
// The bits are those that the other side cannot know or compute. They are a bound to compare with, not a format to build: a
// field is counted by its plausible range where the format allows more. test/shared/qr/least-sizes.test.ts holds the packed
// column against the real packed documents.

/** A field of a packed document. */
export interface LeastField {
  readonly field: string
  /** Bytes in the packed document. */
  readonly packed: number
  /** Bits that the reader cannot know. */
  readonly bits: number
  readonly why: string
}

const field = (name: string, packed: number, bits: number, why: string): LeastField => ({
  field: name,
  packed,
  bits,
  why,
})

/** The request: two quorums, one fee rung, a socket of 23 characters. */
export const leastRequest: readonly LeastField[] = [
  field('version and kind', 1, 1, 'request or response'),
  field('flags of the document', 1, 2, 'whether there is a print of the code, and a transaction'),
  field('anchors', 1, 4, 'how many, at most 8; each is some 25 bytes more'),
  field('block hash', 32, 256, 'a hash'),
  field('block number', 2, 20, 'the slots missed until the timestamp; 4 bytes on mainnet'),
  field('block timestamp', 5, 24, 'slots of 12 seconds since 2022'),
  field('chain id', 3, 3, 'a chain of the catalogue; 1 byte on mainnet'),
  field('claims', 1, 8, 'how many, at most 192; each is some 40 bytes more'),
  field('expiry', 5, 22, 'seconds after the block, up to 48 days'),
  field('kind of operation', 1, 0, 'there is one'),
  field('operator', 20, 160, 'the end of a hash'),
  field('flags', 1, 2, 'which parts are asked for'),
  field('flag of the signer', 1, 1, 'the operator or another'),
  field('AVSDirectory', 20, 160, 'the end of a hash; 0 if in the catalogue'),
  field('domain version', 1, 2, 'one of four'),
  field('salt', 32, 256, 'random'),
  field('BLS proof from, its flags', 2, 2, 'signer or request, operator id or none'),
  field('quorums', 2, 15, 'two of 192'),
  field('RegistryCoordinator', 20, 160, 'the end of a hash; 0 if in the catalogue'),
  field('ServiceManager', 20, 160, 'the end of a hash; 0 if in the catalogue'),
  field('socket', 24, 64, 'an IPv4 address and two ports'),
  field('flag of the sender', 1, 1, 'the operator or another'),
  field('fee rung', 11, 68, 'two prices below 17 gwei, to the wei'),
  field('gas limit', 3, 21, 'up to 2 million'),
  field('nonce', 1, 8, 'of an operator: small'),
  field('digest', 8, 0, 'follows from the rest; guards against changes'),
]

/** The response: all three parts. */
export const leastResponse: readonly LeastField[] = [
  field('version and kind', 1, 1, 'request or response'),
  field('flags', 1, 4, 'which parts are there'),
  field('anchors', 1, 0, 'how many; one, where all was signed on one machine'),
  field('anchor: entry', 1, 7, 'of a young ledger; 2 bytes from entry 128'),
  field('anchor: hash', 16, 128, 'half a hash'),
  field('anchor: ledger', 8, 64, 'the start of a hash; 0 once the online machine knows the ledger'),
  field('operator signature', 64, 512, 'r, s below half the order, v'),
  field('public key in G1', 32, 255, 'x below 2^254, the sign of y'),
  field('public key in G2', 64, 509, 'x of two such numbers, the sign of y; not computable from G1 without the key'),
  field('BLS signature', 32, 255, 'x below 2^254, the sign of y'),
  field('request digest', 32, 0, 'the online machine has the request; names which one'),
  field('transactions', 65, 512, 'their number is known from the request; a signature as above'),
  field('digest', 8, 0, 'follows from the rest; guards against changes'),
]
