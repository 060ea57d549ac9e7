// Journal, delivery and retries together, in a world where everything fails: stores that refuse and
// cannot be read, targets that are down, wrong or hang, a clock that jumps, and crashes that lose
// what was not answered. One seed is one run, whatever the machine.
//
// What must hold, at every moment (world.cc):
// - owed = stored - delivered - dead-lettered - dropped, in the store as in the engine;
// - every attempt is of what the store owes, when it is due, and of nothing twice at a time;
// - what was delivered is not attempted again by the same process; by the next one only if the
//   crash came before its settlement was durable;
// - nothing is attempted sooner than its target asked, nor at all when it wants no other attempt;
// - a lane whose last twenty calls got no answer has one call at a time;
// - nothing is given up but by its policy, without an attempt only behind such a breaker and when
// it
//   is too old, and what is has one dead letter, if it may have one;
// - an event's record is there exactly as long as a delivery of it is owed;
// - what is in memory is bounded;
// and in the end, when everything works again or all targets are dead for good, nothing is owed.
#include <gtest/gtest.h>

#include <iostream>

#include "base/log.h"
#include "support/scale.h"
#include "world.h"

namespace rialto::delivery {
namespace {

// The run of a seed; answers its fingerprint.
std::uint64_t simulate(std::size_t seed, std::size_t steps, std::size_t* opened) {
  World world(seed);
  for (std::size_t step = 0; step < steps; ++step) {
    world.step();
    EXPECT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", step " << step;
    if (testing::Test::HasFailure()) return 0;
  }
  world.finish();
  EXPECT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", at the end";
  *opened += world.breakers_opened();
  return world.fingerprint();
}

TEST(DeliverySimulation, RepeatsARunByItsSeed) {
  log::configure(log::Level::Off, log::Format::Text);
  for (std::size_t seed = 1; seed <= 10; ++seed) {
    std::size_t opened = 0;
    std::size_t opened_again = 0;
    EXPECT_EQ(simulate(seed, 2'000, &opened), simulate(seed, 2'000, &opened_again)) << seed;
    EXPECT_EQ(opened, opened_again) << seed;
  }
}

TEST(DeliverySimulation, KeepsEveryPromiseWhateverFails) {
  log::configure(log::Level::Off, log::Format::Text);  // everything fails all the time here
  const std::size_t first = test::from_environment("RIALTO_SIMULATION_SEED", 1);
  const std::size_t seeds = test::from_environment("RIALTO_SIMULATION_SEEDS", test::scaled(200));
  const std::size_t steps = test::from_environment("RIALTO_SIMULATION_STEPS", 2'000);
  std::size_t opened = 0;
  for (std::size_t seed = first; seed < first + seeds; ++seed) {
    simulate(seed, steps, &opened);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(opened, 0U) << "breakers take part";
  std::cout << opened << " breakers opened\n";
}

}  // namespace
}  // namespace rialto::delivery
