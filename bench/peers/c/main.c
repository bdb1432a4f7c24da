/* The protocol's side: lines on standard input, words separated by tabs, one line in answer to each. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "peer.h"

static const struct bench_case *const all_cases[] = {map_cases,  access_cases, copy_cases, arena_cases,
                                                     wait_cases, config_cases, uio_cases,  vfio_cases};
static char *arguments[32];
static size_t argument_count;
static char answer[4096];

void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  printf("error\t");
  vprintf(format, values);
  printf("\n");
  va_end(values);
  fflush(stdout);
  exit(1);
}

static const char *find_argument(const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < argument_count; i++) {
    if (strncmp(arguments[i], name, length) == 0 && arguments[i][length] == '=') return arguments[i] + length + 1;
  }
  return NULL;
}

const char *text_argument(const char *name) {
  const char *value = find_argument(name);
  if (!value) fail("%s= is missing", name);
  return value;
}

const char *text_argument_or(const char *name, const char *otherwise) {
  const char *value = find_argument(name);
  return value ? value : otherwise;
}

uint64_t number_argument(const char *name) { return strtoull(text_argument(name), NULL, 10); }

uint64_t number_argument_or(const char *name, uint64_t otherwise) {
  return find_argument(name) ? number_argument(name) : otherwise;
}

void answer_text(const char *name, const char *value) {
  size_t used = strlen(answer);
  snprintf(answer + used, sizeof answer - used, "\t%s=%s", name, value);
}

void answer_number(const char *name, uint64_t value) {
  char digits[32];
  snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
  answer_text(name, digits);
}

uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static const struct bench_case *find_case(const char *name) {
  for (size_t list = 0; list < sizeof all_cases / sizeof *all_cases; list++) {
    for (const struct bench_case *each = all_cases[list]; each->name; each++) {
      if (strcmp(each->name, name) == 0) return each;
    }
  }
  fail("C has no case '%s'", name);
}

int main(void) {
  const struct bench_case *prepared = NULL;
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  while ((length = getline(&line, &size, stdin)) > 0) {
    if (line[length - 1] == '\n') line[length - 1] = '\0';
    char *rest = line;
    const char *word = strsep(&rest, "\t");
    char *operand = strsep(&rest, "\t");
    if (!operand) fail("'%s' without an operand", word);
    answer[0] = '\0';
    if (strcmp(word, "prepare") == 0) {
      prepared = find_case(operand);
      char *kept = rest ? strdup(rest) : NULL; /* the next line takes this one's place */
      for (char *each; argument_count < 32 && (each = strsep(&kept, "\t"));) arguments[argument_count++] = each;
      prepared->prepare();
    } else if (strcmp(word, "run") == 0 && prepared) {
      answer_number("ns", prepared->run(strtoull(operand, NULL, 10)));
    } else {
      fail("'%s' is not understood", word);
    }
    printf("ok%s\n", answer);
    fflush(stdout);
  }
  return 0;
}
