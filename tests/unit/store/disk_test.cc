// Files as the journal writes them: in whole blocks past the kernel's cache, and in any other way.
#include "store/disk/disk.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "store/disk/block_string.h"

namespace rialto::store {
namespace {

class DiskTest : public ::testing::TestWithParam<Caching> {
 protected:
  DiskTest() {
    std::string name = (std::filesystem::temp_directory_path() / "rialto-disk-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
  }
  ~DiskTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  std::unique_ptr<File> open(const std::string& name) const {
    auto disk = open_disk(directory_, GetParam());
    EXPECT_TRUE(disk.ok());
    auto file = (*disk)->open(name);
    EXPECT_TRUE(file.ok());
    return std::move(file).value();
  }

  std::string directory_;
};

TEST_P(DiskTest, ReadsWhatWasWrittenLastHoweverItWas) {
  const auto file = open("f");
  ASSERT_TRUE(file->reserve(4 * kBlockBytes).ok());
  const BlockString blocks(2 * kBlockBytes, 'b');
  ASSERT_TRUE(file->write(0, "head").ok());
  ASSERT_TRUE(file->write(kBlockBytes, blocks).ok());
  ASSERT_TRUE(file->write(2 * kBlockBytes - 2, "part").ok());
  ASSERT_TRUE(file->write(2 * kBlockBytes, std::string_view(blocks).substr(0, kBlockBytes)).ok());
  ASSERT_TRUE(file->sync().ok());
  std::string expected = "head" + std::string(kBlockBytes - 4, '\0');
  expected += std::string(kBlockBytes - 2, 'b') + "pa" + std::string(kBlockBytes, 'b');
  expected += std::string(kBlockBytes, '\0');
  const auto found = open("f")->read(0, 5 * kBlockBytes);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(*found == expected) << found->size();
}

TEST_P(DiskTest, GrowsFilesByWhatDoesNotFitIntoThem) {
  const auto file = open("f");
  ASSERT_TRUE(file->write(kBlockBytes, BlockString(kBlockBytes, 'b')).ok());
  EXPECT_EQ(*file->size(), 2 * kBlockBytes);
  ASSERT_TRUE(file->write(2 * kBlockBytes, "x").ok());
  EXPECT_EQ(*file->size(), 2 * kBlockBytes + 1);
}

INSTANTIATE_TEST_SUITE_P(Both, DiskTest, ::testing::Values(Caching::Kernel, Caching::None));

}  // namespace
}  // namespace rialto::store
