/** A module's text as a Worker takes it by `eval` on every line of Node 20: early ones have no modules there. */
export const workerText = (module: string): string =>
  `(async () => {${module.replaceAll(/import (\{[^}]*\}) from ('[^']*')/g, 'const $1 = await import($2)')}\n})()`
