/** What an IOMMU is there for: programs that drive a device by VFIO. */
export const vfioModules = ['vfio-pci', 'vfio_iommu_type1']

/**
 * Where a device tree tells of the IOMMU, Linux learns too late that what lies behind a port is to be kept apart (ACS): a device gets
 * into one group with its port, whose interrupts do not arrive while a program has that group. So ports are found anew. And a device
 * gets into its group when a driver is first asked about it; this asks one that refuses all but bridges.
 *
 * Before modules are loaded: Linux 6.1 does not survive it if a device goes while nvme gets it ready.
 */
export const fillGroups = `if [ -d /proc/device-tree ] && ports=$(grep -l 0x060400 /sys/bus/pci/devices/*/class); then
  for port in $ports; do
    echo 1 >"\${port%class}remove"
  done
  echo 1 >/sys/bus/pci/rescan
fi 2>/dev/null
for device in /sys/bus/pci/devices/*; do
  [ -e "$device/iommu_group" ] && continue
  echo pcieport >"$device/driver_override"
  echo "\${device##*/}" >/sys/bus/pci/drivers_probe
  echo >"$device/driver_override"
done 2>/dev/null`
