/** The text forms of apertures, by kind. */
export const FORMS = {
  memory: 'memory:256M',
  file: 'file:PATH[@OFFSET][+SIZE]',
  physical: 'physical:0xfd000000+16M',
  devicetree: 'devicetree:serial@9000000#0',
  pci: 'pci:0000:00:02.0/0',
  uio: 'uio:0/0',
  vfio: 'vfio:0000:00:04.0/0',
} as const

/** The text forms that `parseAperture` reads. */
export const APERTURE_FORMS: readonly string[] = Object.values(FORMS)
