// Stands between the server and its disk: an LD_PRELOAD library that takes fdatasync, fsync and
// sync_file_range, what makes files longer, and reading, on files below $SHIM_DATA, as files in the
// folder $SHIM_CONTROL say:
//
//   hold    exists: the call waits until it does not, as a disk does that is slow without end
//   fail    exists: the call fails with EIO, as a disk does that is broken
//   full    exists: no file can grow, as on a disk without room; what is reserved can be written
//   unread  a part of a path: files that have it in theirs cannot be read (EIO)
//   count   written here: one byte for each call that arrived (all bytes: its size)
//   done    written here: one byte for each call that has ended
//
// A call is looked at first for hold, then for fail. Other files, the log for one, pass unhindered.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int exists(const char* name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", getenv("SHIM_CONTROL"), name);
  return access(path, F_OK) == 0;
}

static void tally(const char* name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", getenv("SHIM_CONTROL"), name);
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return;
  if (write(file, ".", 1) != 1) abort();  // Appending one byte is atomic; the disk is not full.
  close(file);
}

static int is_ours(int fd) {
  const char* data = getenv("SHIM_DATA");
  if (data == NULL || getenv("SHIM_CONTROL") == NULL) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return strncmp(path, data, strlen(data)) == 0;
}

// Returns 0 to let the call through, -1 with errno to fail it. `errno` is otherwise as it was.
static int judge(int fd) {
  const int before = errno;
  if (!is_ours(fd)) {
    errno = before;
    return 0;
  }
  tally("count");
  const struct timespec millisecond = {0, 1000000};
  while (exists("hold")) nanosleep(&millisecond, NULL);
  const int failed = exists("fail");
  errno = failed ? EIO : before;
  return failed ? -1 : 0;
}

static int end(int fd, int result) {
  const int before = errno;
  if (is_ours(fd)) tally("done");
  errno = before;
  return result;
}

int fdatasync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return end(fd, judge(fd) != 0 ? -1 : real(fd));
}

int fsync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return end(fd, judge(fd) != 0 ? -1 : real(fd));
}

int sync_file_range(int fd, off64_t offset, off64_t size, unsigned int flags) {
  int (*real)(int, off64_t, off64_t, unsigned int) =
      (int (*)(int, off64_t, off64_t, unsigned int))dlsym(RTLD_NEXT, "sync_file_range");
  return end(fd, judge(fd) != 0 ? -1 : real(fd, offset, size, flags));
}

// Whether a file of ours must not become `size` bytes long. `errno` says why, and is else as it was.
static int refuses_growth(int fd, off64_t size) {
  const int before = errno;
  struct stat64 status;
  const int refused = is_ours(fd) && exists("full") && fstat64(fd, &status) == 0 &&
                      S_ISREG(status.st_mode) && size > status.st_size;
  errno = refused ? ENOSPC : before;
  return refused;
}

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

typedef ssize_t (*write_at)(int, const void*, size_t, off64_t);

ssize_t pwrite(int fd, const void* bytes, size_t size, off64_t at) {
  if (refuses_growth(fd, at + (off64_t)size)) return -1;
  return REAL("pwrite64", write_at)(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return pwrite(fd, bytes, size, at);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  const int before = errno;
  const off64_t at = lseek64(fd, 0, SEEK_CUR);
  errno = before;
  if (at >= 0 && refuses_growth(fd, at + (off64_t)size)) return -1;
  return REAL("write", ssize_t(*)(int, const void*, size_t))(fd, bytes, size);
}

static int refuses_reading(int fd) {
  const int before = errno;
  char part[256] = "", link[64], path[PATH_MAX];
  int refused = 0;
  snprintf(path, sizeof path, "%s/unread", getenv("SHIM_CONTROL"));
  FILE* file = is_ours(fd) ? fopen(path, "re") : NULL;
  if (file != NULL) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    refused = fgets(part, sizeof part, file) != NULL && strstr(path, part) != NULL;
    fclose(file);
  }
  errno = refused ? EIO : before;
  return refused;
}

typedef ssize_t (*read_at)(int, void*, size_t, off64_t);

ssize_t pread64(int fd, void* bytes, size_t size, off64_t at) {
  if (refuses_reading(fd)) return -1;
  return REAL("pread64", read_at)(fd, bytes, size, at);
}

ssize_t pread(int fd, void* bytes, size_t size, off64_t at) { return pread64(fd, bytes, size, at); }

typedef int (*reserve_at)(int, int, off64_t, off64_t);

int fallocate(int fd, int mode, off64_t at, off64_t size) {
  if (refuses_growth(fd, at + size)) return -1;
  return REAL("fallocate64", reserve_at)(fd, mode, at, size);
}

int fallocate64(int fd, int mode, off64_t at, off64_t size) {
  return fallocate(fd, mode, at, size);
}
