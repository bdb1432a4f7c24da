/** What an IOMMU is there for: programs that drive a device by VFIO. */
export const vfioModules = ['vfio-pci', 'vfio_iommu_type1']

/**
 * Where a device tree tells of the IOMMU, Linux puts a device into its group when it first asks a driver about it; this asks one
 * that refuses all but bridges.
 */
export const fillGroups = `for device in /sys/bus/pci/devices/*; do
  [ -e "$device/iommu_group" ] && continue
  echo pcieport >"$device/driver_override"
  echo "\${device##*/}" >/sys/bus/pci/drivers_probe
  echo >"$device/driver_override"
done 2>/dev/null`
