// For test programs that open RocksDB: Debian's library is not instrumented, so the thread
// sanitizer sees its memory but not its synchronisation. Include in one source file of a program.
#pragma once

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "called_from_lib:librocksdb.so\n"; }
#endif
#endif
