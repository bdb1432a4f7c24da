export { iomem } from '../apertures/iomem.js'
export * from './accessors.js'
export * from './io-mapping.js'
