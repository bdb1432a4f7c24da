declare module 'node-api-headers' {
  /** The folder with node_api.h. */
  export const include_dir: string
}
