// What no text of a description has a use for: control characters, with which a terminal can be made to do things, overrides of the direction in
// which a text is shown, with which code can be made to look like another, and halves of characters, which no file can hold.
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is meant
  /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** A text in one line, with a mark in place of each such character. */
export const plainText = (text: string): string =>
  text.replace(/\s+/g, ' ').trim().replace(UNPRINTABLE, '\ufffd')
