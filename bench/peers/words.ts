const WORDS = 1024

/**
 * The word that iteration `i` touches, of a page's 1,024: each of `mask + 1` mappings at another place of its page. At the
 * same place, AMD's processors mistake lines that lie 256 MiB and more apart for one another (they predict the way of the
 * cache by a hash of the address): eight such mappings written in turn cost C, too, 18 ns a store.
 */
export const wordOf = (i: number, mask: number): number => (i + (i & mask) * 16) & (WORDS - 1)
