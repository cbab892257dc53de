/*
 * A disk that loses power or breaks, for one process: preload it, and it keeps, beside every database file, what a power
 * cut would leave of it.
 *
 *   DIMMER_SHADOW=<dir>       after each successful fsync or fdatasync of a *.db* file the file is copied there; an unlinked
 *                             file is unlinked there too. What was written but never synced is not in the shadow.
 *   DIMMER_TEST_FAULT=<file>  while that file holds "sync", syncing a *.db* file fails with EIO; while it holds "full",
 *                             writing one fails with ENOSPC; once it holds "kill <n>", the n-th write, sync or unlink from then on
 *                             kills the process before it happens.
 *   DIMMER_KILL_AT=<n>        the n-th write, sync or unlink of a *.db* file kills the process before it happens.
 *
 * It models writes lost because they were never synced, not torn sectors or lost directory entries. One process only.
 *
 * Build: cc -shared -fPIC -O2 -o faulty-disk.so faulty-disk.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEXT(type, name)                                   \
  static type real = NULL;                                 \
  if (real == NULL) real = (type)dlsym(RTLD_NEXT, name);   \
  if (real == NULL) abort()

typedef int (*sync_call)(int);
typedef int (*unlink_call)(const char *);
typedef ssize_t (*pwrite_call)(int, const void *, size_t, off64_t);

/* 1 and the path, when the descriptor is a database file, its log or its journal. */
static int database_path(int fd, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strstr(path, ".db") != NULL && strstr(path, "-shm") == NULL;
}

static void read_fault(char text[16]) {
  const char *path = getenv("DIMMER_TEST_FAULT");
  memset(text, 0, 16);
  if (path == NULL) return;
  int fd = open(path, O_RDONLY);
  if (fd < 0) return;
  if (read(fd, text, 15) < 0) text[0] = 0;
  close(fd);
}

static int is_broken(const char *how) {
  char text[16];
  read_fault(text);
  return strncmp(text, how, strlen(how)) == 0;
}

static void die_at_step(void) {
  static long step = 0, told = 0, target = 0;
  const char *wanted = getenv("DIMMER_KILL_AT");
  char text[16];
  if (wanted != NULL && __sync_add_and_fetch(&step, 1) == atol(wanted)) kill(getpid(), SIGKILL);
  read_fault(text);
  long named = strncmp(text, "kill ", 5) == 0 ? atol(text + 5) : 0;
  if (named != target) {
    target = named;
    told = 0;
  }
  if (named > 0 && __sync_add_and_fetch(&told, 1) == named) kill(getpid(), SIGKILL);
}

static void write_all(int fd, const char *bytes, ssize_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written <= 0) abort();
    bytes += written;
    length -= written;
  }
}

static void shadow_path(const char *path, char shadow[PATH_MAX * 2]) {
  char copy[PATH_MAX];
  snprintf(copy, sizeof copy, "%s", path);
  snprintf(shadow, PATH_MAX * 2, "%s/%s", getenv("DIMMER_SHADOW"), basename(copy));
}

/* Whole and at once, as the name moves to the finished copy. */
static void keep_synced(const char *path) {
  char shadow[PATH_MAX * 2], fresh[PATH_MAX * 2 + 8], bytes[1 << 16];
  if (getenv("DIMMER_SHADOW") == NULL) return;
  shadow_path(path, shadow);
  snprintf(fresh, sizeof fresh, "%s.tmp", shadow);
  int from = open(path, O_RDONLY), to = open(fresh, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (from < 0 || to < 0) abort();
  for (ssize_t length; (length = read(from, bytes, sizeof bytes)) > 0;) write_all(to, bytes, length);
  close(from);
  close(to);
  if (rename(fresh, shadow) != 0) abort();
}

static int sync_or_fail(sync_call real, int fd) {
  char path[PATH_MAX];
  int is_database = database_path(fd, path);
  if (is_database) die_at_step();
  if (is_database && is_broken("sync")) {
    errno = EIO;
    return -1;
  }
  int result = real(fd);
  if (result == 0 && is_database) keep_synced(path);
  return result;
}

int fsync(int fd) {
  NEXT(sync_call, "fsync");
  return sync_or_fail(real, fd);
}

int fdatasync(int fd) {
  NEXT(sync_call, "fdatasync");
  return sync_or_fail(real, fd);
}

static ssize_t write_or_fail(pwrite_call real, int fd, const void *bytes, size_t length, off64_t offset) {
  char path[PATH_MAX];
  if (!database_path(fd, path)) return real(fd, bytes, length, offset);
  die_at_step();
  if (is_broken("full")) {
    errno = ENOSPC;
    return -1;
  }
  return real(fd, bytes, length, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  NEXT(pwrite_call, "pwrite64");
  return write_or_fail(real, fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  NEXT(pwrite_call, "pwrite64");
  return write_or_fail(real, fd, bytes, length, offset);
}

int unlink(const char *path) {
  NEXT(unlink_call, "unlink");
  char shadow[PATH_MAX * 2];
  int is_database = strstr(path, ".db") != NULL && strstr(path, "-shm") == NULL;
  if (is_database) die_at_step();
  int result = real(path);
  if (result != 0 || !is_database || getenv("DIMMER_SHADOW") == NULL) return result;
  shadow_path(path, shadow);
  real(shadow);
  return result;
}
