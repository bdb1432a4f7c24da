/**
 * Where a device tree tells of the IOMMU, Linux asks for what keeps the devices behind a port apart (ACS) when it has found the
 * ports of the start already: a device is then in one group with its port, whose interrupts do not arrive while a program has that
 * group. So ports are found anew. And it puts a device into its group when it first asks a driver about it; this asks one that
 * refuses all but bridges.
 */
export const fillGroups = `if [ -d /proc/device-tree ]; then
  for device in /sys/bus/pci/devices/*; do
    [ "$(cat "$device/class")" = 0x060400 ] && echo 1 >"$device/remove"
  done
  echo 1 >/sys/bus/pci/rescan
fi
for device in /sys/bus/pci/devices/*; do
  [ -e "$device/iommu_group" ] && continue
  echo pcieport >"$device/driver_override"
  echo "\${device##*/}" >/sys/bus/pci/drivers_probe
  echo >"$device/driver_override"
done 2>/dev/null`
