// How much a test does: less under a sanitizer, more where the environment asks for it.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace rialto::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif
#else
inline constexpr bool kIsSanitized = false;
#endif

// `usual` for an optimised build without sanitizers.
constexpr std::size_t scaled(std::size_t usual) { return kIsSanitized ? usual / 20 : usual; }

// The number that the environment variable holds, otherwise `preset`.
inline std::size_t from_environment(const char* name, std::size_t preset) {
  const char* text = std::getenv(name);
  return text == nullptr ? preset : std::strtoull(text, nullptr, 10);
}

}  // namespace rialto::test
