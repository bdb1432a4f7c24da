/* A PCI device's config space: read by pread(2), which is what libpci does; and by setpci, a process for each. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer.h"

static int config;
static char bus[512]; /* for setpci, as a setting of libpci's */
static volatile uint32_t sink;

static const char *sys(void) { return text_argument_or("folder", "/sys"); }

static void prepare_config(void) {
  char path[512];
  snprintf(path, sizeof path, "%s/bus/pci/devices/%s/config", sys(), text_argument("device"));
  config = open(path, O_RDWR | O_CLOEXEC);
  if (config < 0) fail("open %s: %s", path, strerror(errno));
}

static uint64_t run_config(uint64_t iterations) {
  uint32_t value = 0, sum = 0;
  uint64_t start = now();
  for (uint64_t i = 0; i < iterations; i++) {
    if (pread(config, &value, sizeof value, 0) != sizeof value) fail("pread: %s", strerror(errno));
    sum += value;
  }
  uint64_t ns = now() - start;
  sink = sum;
  return ns;
}

static void prepare_setpci(void) { snprintf(bus, sizeof bus, "sysfs.path=%s/bus/pci", sys()); }

static uint64_t run_setpci(uint64_t iterations) {
  extern char **environ;
  char *arguments[] = {"setpci", "-A", "linux-sysfs", "-O", bus, "-s", (char *)text_argument("device"), "0.l", NULL};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  uint64_t start = now();
  for (uint64_t i = 0; i < iterations; i++) {
    pid_t child;
    int status;
    int error = posix_spawnp(&child, "setpci", &files, NULL, arguments, environ);
    if (error != 0) fail("setpci can't be run (%s); Debian: apt-get install pciutils", strerror(error));
    if (waitpid(child, &status, 0) != child || status != 0) fail("setpci ended with status %d", status);
  }
  uint64_t ns = now() - start;
  posix_spawn_file_actions_destroy(&files);
  return ns;
}

const struct bench_case config_cases[] = {
  {"config", prepare_config, run_config},
  {"setpci", prepare_setpci, run_setpci},
  {0},
};
