// What an older process left is owed all the same.
#include "delivery/upgrade.h"

#include "base/bytes.h"
#include "fixture.h"

namespace rialto::delivery {
namespace {

// DeliveryV1, as format 2 had it in Table::Delivery.
std::string delivery_before(int attempts, TimePoint due_at, const std::string& target) {
  std::string out(1, '\x01');
  append_u32(out, static_cast<std::uint32_t>(attempts));
  append_u64(out, static_cast<std::uint64_t>(to_millis(due_at)));
  append_text(out, kRuleArn);
  append_text(out, "r");
  append_text(out, target);
  return out;
}

class UpgradeTest : public EngineTest {
 protected:
  // The engine has written that the directory is of today.
  UpgradeTest() {
    engine_->stop();
    store::Batch batch;
    batch.erase(store::Table::Meta, "delivery_format");
    const auto event = make_event();
    for (store::Sequence sequence = 1; sequence <= 1'500; ++sequence) {
      batch.insert(store::Table::Event, store::encode(store::EventKey{7, sequence}),
                   model::encode(*event));
      const std::string target = R"({"Id":"t","Arn":")" + std::string(kTargetArn) + R"("})";
      const std::uint16_t routes = sequence == 1'000 ? 1 : 2;
      for (std::uint16_t route = 0; route < routes; ++route) {
        batch.insert(store::Table::Delivery,
                     store::encode(store::DeliveryKey{{7, sequence}, route}),
                     delivery_before(3, clock_.now() + 1min, target));
      }
    }
    EXPECT_TRUE(run(store_.commit(std::move(batch))).ok());
  }
};

TEST_F(UpgradeTest, TakesOverEveryDeliveryWithItsAttemptsAndDueTime) {
  restart();
  EXPECT_EQ(engine_->pending(), 2'999U);
  EXPECT_EQ(script_->count, 0) << "none is due";
  clock_.advance(1min);
  engine_->clock_moved();
  await_settled();
  EXPECT_EQ(script_->count, 2'999);
  EXPECT_EQ(owed_events() + owed_deliveries() + store_.size(store::Table::Delivery), 0U);
  EXPECT_EQ(metrics_.to_first_attempt.read().count, 0U) << "the fourth attempt is not the first";
}

TEST_F(UpgradeTest, GoesOnWhereAnEarlierProcessWasEnded) {
  ASSERT_TRUE(upgrade_deliveries(store_).ok());
  store::Batch batch;
  batch.erase(store::Table::Meta, "delivery_format");
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  ASSERT_TRUE(upgrade_deliveries(store_).ok());
  EXPECT_EQ(owed_deliveries(), 2'999U);
}

TEST_F(UpgradeTest, ErasesDeliveriesWithoutAnEventAndKeepsWhatItCannotRead) {
  store::Batch batch;
  batch.erase(store::Table::Event, store::encode(store::EventKey{7, 1}));
  batch.put(store::Table::Delivery, store::encode(store::DeliveryKey{{7, 2}, 5}), "garbage");
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  ASSERT_TRUE(upgrade_deliveries(store_).ok());
  EXPECT_EQ(owed_deliveries(), 2'997U);
  EXPECT_FALSE(store_.get(store::Table::Delivery, store::encode(store::DeliveryKey{{7, 1}, 0}))
                   ->has_value());
  EXPECT_EQ(*store_.get(store::Table::Delivery, store::encode(store::DeliveryKey{{7, 2}, 5})),
            "garbage");
}

}  // namespace
}  // namespace rialto::delivery
