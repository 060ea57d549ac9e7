#include "store/disk/data_directory.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace rialto::store {
namespace {

class DataDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "data_directory_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void make_store() const {
    std::filesystem::create_directories(directory_ + "/store");
    std::ofstream(directory_ + "/store/CURRENT") << "MANIFEST-000001\n";
  }

  std::string directory_;
};

TEST_F(DataDirectoryTest, MayBeEmptyOrHoldABackup) {
  EXPECT_TRUE(check_data_directory(directory_).ok());
  make_store();
  EXPECT_TRUE(check_data_directory(directory_).ok());
  std::filesystem::create_directories(directory_ + "/journal");
  EXPECT_TRUE(check_data_directory(directory_).ok());
}

TEST_F(DataDirectoryTest, IsRefusedWithAJournalAndNoStore) {
  make_store();
  std::filesystem::create_directories(directory_ + "/journal");
  std::filesystem::remove(directory_ + "/store/CURRENT");
  const auto checked = check_data_directory(directory_);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, Code::Corruption);
  EXPECT_EQ(checked.error().message,
            "The file " + directory_ +
                "/store/CURRENT is missing. Bring back a backup with `rialto restore`, or name "
                "another --data-dir.");
}

}  // namespace
}  // namespace rialto::store
