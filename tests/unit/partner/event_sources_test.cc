// Event sources: their states, what survives a restart, and that a source and its bus change
// together or not at all.
#include "partner/event_sources.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "net/runtime.h"
#include "store/keys.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/run.h"

namespace rialto::partner {
namespace {

using model::EventSourceState;

const model::Scope kPartner{.account = "444455556666", .region = "eu-west-1"};
const model::Scope kCustomer{.account = "111122223333", .region = "eu-west-1"};
const std::string kName = "aws.partner/acme/a";
const model::BusRef kBus{"eu-west-1", "111122223333", kName};

class EventSourcesTest : public ::testing::Test {
 protected:
  EventSourcesTest() { start(); }
  ~EventSourcesTest() override { runtime_.stop(); }

  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }

  void start() {
    catalog_ = std::make_unique<bus::Catalog>(store_, clock_);
    ASSERT_TRUE(catalog_->load().ok());
    sources_ = std::make_unique<EventSources>(EventSources::Services{store_, *catalog_, clock_});
    ASSERT_TRUE(sources_->load().ok());
  }

  static model::EventSource source(const model::Scope& customer = kCustomer,
                                   const model::Scope& partner = kPartner) {
    model::EventSource out;
    out.account = customer.account;
    out.region = customer.region;
    out.name = kName;
    out.partner = partner.account;
    return out;
  }
  Result<SharedSource> create(const model::Scope& customer = kCustomer) {
    return run(sources_->create(source(customer)));
  }
  Result<> match() {
    return run(sources_->match(kBus, [this](const bus::CatalogState&, const bus::BusState* bus) {
      if (bus != nullptr) return Result<bus::BusChange>(fail(Code::AlreadyExists, "it is there"));
      model::Bus made;
      made.account = kBus.account;
      made.region = kBus.region;
      made.name = kBus.name;
      return Result<bus::BusChange>(catalog_->make_bus(made));
    }));
  }
  Result<> unmatch() {
    return run(sources_->unmatch(kBus, [](const bus::CatalogState&, const bus::BusState* bus) {
      return Result<bus::BusChange>(bus == nullptr ? bus::BusChange{} : bus::without_bus(*bus));
    }));
  }
  // Nothing when there is none.
  std::optional<EventSourceState> state() const {
    const auto found = sources_->get(kCustomer, kName);
    return found.ok() ? std::optional((*found)->state) : std::nullopt;
  }
  bool has_bus() const { return catalog_->state()->find(kBus) != nullptr; }

  net::Runtime runtime_{1};
  test::FakeClock clock_;
  store::MemoryStore store_;
  std::unique_ptr<bus::Catalog> catalog_;
  std::unique_ptr<EventSources> sources_;
};

TEST_F(EventSourcesTest, ArePendingUntilTheyHaveABus) {
  ASSERT_TRUE(create().ok());
  EXPECT_EQ(state(), EventSourceState::Pending);
  EXPECT_EQ(run(sources_->activate(kCustomer, kName)).error().reason, "InvalidStateException");
  ASSERT_TRUE(match().ok());
  EXPECT_EQ(state(), EventSourceState::Active);
  EXPECT_EQ(match().error().code, Code::AlreadyExists);
  start();
  EXPECT_EQ(state(), EventSourceState::Active);
  EXPECT_TRUE(has_bus());
  ASSERT_TRUE(unmatch().ok());
  EXPECT_EQ(state(), EventSourceState::Pending);
  EXPECT_FALSE(has_bus());
}

TEST_F(EventSourcesTest, AreSwitchedOffAndOn) {
  ASSERT_TRUE(create().ok());
  ASSERT_TRUE(match().ok());
  EXPECT_EQ(run(sources_->activate(kCustomer, kName)).error().reason, "InvalidStateException");
  ASSERT_TRUE(run(sources_->deactivate(kCustomer, kName)).ok());
  EXPECT_EQ(state(), EventSourceState::Pending);
  EXPECT_EQ(run(sources_->deactivate(kCustomer, kName)).error().reason, "InvalidStateException");
  ASSERT_TRUE(run(sources_->activate(kCustomer, kName)).ok());
  EXPECT_EQ(state(), EventSourceState::Active);
}

TEST_F(EventSourcesTest, AreGoneAfterTwoWeeksOfWaiting) {
  ASSERT_TRUE(create().ok());
  clock_.advance(model::kPendingMax - std::chrono::seconds(1));
  EXPECT_EQ(state(), EventSourceState::Pending);
  EXPECT_EQ(create().error().code, Code::AlreadyExists);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(state(), std::nullopt);
  EXPECT_TRUE(sources_->list(kCustomer).empty());
  EXPECT_TRUE(sources_->list_made(kPartner).empty());
  EXPECT_EQ(match().error().message, "Event source aws.partner/acme/a does not exist.");
  start();  // which lets go of the record
  EXPECT_FALSE(*store_.get(store::Table::Resource, store::event_source_key(kCustomer, kName)));
  EXPECT_TRUE(create().ok());
}

TEST_F(EventSourcesTest, StayWithTheirCustomerAsDeleted) {
  ASSERT_TRUE(create().ok());
  ASSERT_TRUE(match().ok());
  ASSERT_TRUE(run(sources_->remove(source())).ok());
  EXPECT_EQ(state(), EventSourceState::Deleted);
  EXPECT_EQ(match().error().reason, "InvalidStateException");
  ASSERT_TRUE(unmatch().ok());
  EXPECT_EQ(state(), std::nullopt);
  // Without a bus there is nobody who would look.
  ASSERT_TRUE(create().ok());
  ASSERT_TRUE(run(sources_->remove(source())).ok());
  EXPECT_EQ(state(), std::nullopt);
}

TEST_F(EventSourcesTest, AreTheirPartnersOnly) {
  const model::Scope other{.account = "777788889999", .region = "eu-west-1"};
  ASSERT_TRUE(create().ok());
  EXPECT_EQ(run(sources_->create(source(kCustomer, other))).error().code, Code::AlreadyExists);
  ASSERT_TRUE(run(sources_->remove(source(kCustomer, other))).ok());
  EXPECT_EQ(state(), EventSourceState::Pending);
  EXPECT_TRUE(sources_->list_made(other, kName).empty());
  ASSERT_TRUE(create(other).ok());
  EXPECT_EQ(sources_->list_made(kPartner, kName).size(), 2U);
  EXPECT_EQ(sources_->list(other).size(), 1U);
}

TEST_F(EventSourcesTest, ChangeWithTheirBusOrNotAtAll) {
  ASSERT_TRUE(create().ok());
  store_.fail_next(1);
  EXPECT_FALSE(match().ok());
  EXPECT_EQ(state(), EventSourceState::Pending);
  EXPECT_FALSE(has_bus());
  ASSERT_TRUE(match().ok());
  store_.fail_next(1);
  EXPECT_FALSE(unmatch().ok());
  EXPECT_EQ(state(), EventSourceState::Active);
  EXPECT_TRUE(has_bus());
  ASSERT_TRUE(run(sources_->reset()).ok());
  EXPECT_EQ(state(), std::nullopt);
}

}  // namespace
}  // namespace rialto::partner
