/* edu by UIO: uio_pci_generic shuts its interrupt, when it comes, by a bit of config space. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edu.h"
#include "peer.h"
#include "waits.h"

enum { COMMAND = 4, INTERRUPT_OFF = 0x400 };

static const char *device;
static int config;
static uint8_t *edu;

static int open_file(const char *path) {
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) fail("open %s: %s", path, strerror(errno));
  return file;
}

static int open_of_device(const char *name) {
  char path[512];
  snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/%s", device, name);
  return open_file(path);
}

static int open_node(void) {
  char path[512];
  glob_t found;
  snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/uio/uio*", device);
  if (glob(path, 0, NULL, &found) != 0) fail("%s is no UIO device", device);
  snprintf(path, sizeof path, "/dev/%s", strrchr(found.gl_pathv[0], '/') + 1);
  globfree(&found);
  return open_file(path);
}

static void let_through(void) {
  uint16_t command;
  if (pread(config, &command, sizeof command, COMMAND) != sizeof command) fail("pread: %s", strerror(errno));
  command &= (uint16_t)~INTERRUPT_OFF;
  if (pwrite(config, &command, sizeof command, COMMAND) != sizeof command) fail("pwrite: %s", strerror(errno));
}

static void acknowledge(void) {
  edu_acknowledge((volatile uint32_t *)edu);
  let_through();
}

static void prepare_uio(void) { device = text_argument("device"); }

static uint64_t run_uio(uint64_t iterations) {
  config = open_of_device("config");
  int node = open_node();
  int bar = open_of_device("resource0");
  edu = map_aperture(bar, 0, EDU_BYTES);
  let_through();
  struct line line = {.device = device, .pause_us = (uint32_t)number_argument("pause")};
  struct waiting waiting = {.fd = node, .size = sizeof(uint32_t), .acknowledge = acknowledge};
  uint64_t ns = time_waits(waiting, line, iterations);
  munmap(edu, EDU_BYTES);
  close(bar);
  close(node);
  close(config);
  return ns;
}

const struct bench_case uio_cases[] = {{"uio", prepare_uio, run_uio}, {0}};
