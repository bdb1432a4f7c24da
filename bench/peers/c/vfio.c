/* edu by VFIO: its message is counted in an eventfd. */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edu.h"
#include "peer.h"
#include "waits.h"

enum { COMMAND = 4, BUS_MASTER = 4 };

static const char *device;
static uint8_t *edu;

static int check(const char *call, int result) {
  if (result < 0) fail("%s: %s", call, strerror(errno));
  return result;
}

static int open_group(void) {
  char link[512], target[512], path[64];
  snprintf(link, sizeof link, "/sys/bus/pci/devices/%s/iommu_group", device);
  ssize_t length = readlink(link, target, sizeof target - 1);
  if (length < 0) fail("%s has no IOMMU group", device);
  target[length] = '\0';
  snprintf(path, sizeof path, "/dev/vfio/%.32s", strrchr(target, '/') + 1);
  return check(path, open(path, O_RDWR | O_CLOEXEC));
}

static uint64_t offset_of(int file, uint32_t region) {
  struct vfio_region_info info = {.argsz = sizeof info, .index = region};
  check("VFIO_DEVICE_GET_REGION_INFO", ioctl(file, VFIO_DEVICE_GET_REGION_INFO, &info));
  return info.offset;
}

/* A message is a write of the device's. */
static void allow_messages(int file) {
  off_t at = (off_t)offset_of(file, VFIO_PCI_CONFIG_REGION_INDEX) + COMMAND;
  uint16_t command;
  check("pread", (int)pread(file, &command, sizeof command, at));
  command |= BUS_MASTER;
  check("pwrite", (int)pwrite(file, &command, sizeof command, at));
}

static int arm(int file) {
  struct {
    struct vfio_irq_set set;
    int32_t eventfd;
  } armed = {
    .set = {
      .argsz = sizeof armed,
      .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
      .index = VFIO_PCI_MSI_IRQ_INDEX,
      .count = 1,
    },
    .eventfd = check("eventfd", eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
  };
  check("VFIO_DEVICE_SET_IRQS", ioctl(file, VFIO_DEVICE_SET_IRQS, &armed));
  return armed.eventfd;
}

static void acknowledge(void) { edu_acknowledge((volatile uint32_t *)edu); }

static void prepare_vfio(void) { device = text_argument("device"); }

/* A group can be had once: whoever runs has it. */
static uint64_t run_vfio(uint64_t iterations) {
  int container = check("/dev/vfio/vfio", open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC));
  int group = open_group();
  check("VFIO_GROUP_SET_CONTAINER", ioctl(group, VFIO_GROUP_SET_CONTAINER, &container));
  check("VFIO_SET_IOMMU", ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
  int file = check("VFIO_GROUP_GET_DEVICE_FD", ioctl(group, VFIO_GROUP_GET_DEVICE_FD, device));
  edu = map_aperture(file, offset_of(file, VFIO_PCI_BAR0_REGION_INDEX), EDU_BYTES);
  allow_messages(file);
  int counter = arm(file);
  struct line line = {.device = device, .pause_us = (uint32_t)number_argument("pause")};
  struct waiting waiting = {.fd = counter, .size = sizeof(uint64_t), .acknowledge = acknowledge};
  uint64_t ns = time_waits(waiting, line, iterations);
  munmap(edu, EDU_BYTES);
  close(file);
  close(counter);
  close(group);
  close(container);
  return ns;
}

const struct bench_case vfio_cases[] = {{"vfio", prepare_vfio, run_vfio}, {0}};
