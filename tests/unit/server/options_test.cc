// Options: flag over environment over file over default, and a sentence for what is wrong.
#include "server/options.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "server/server.h"

namespace rialto::server {
namespace {

class OptionsTest : public ::testing::Test {
 protected:
  OptionsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "rialto-options-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor >= 0) ::close(descriptor);
    file_ = name;
  }
  ~OptionsTest() override {
    for (const std::string& name : set_) ::unsetenv(name.c_str());
    std::filesystem::remove(file_);
  }

  void write(std::string_view text) { std::ofstream(file_, std::ios::trunc) << text; }
  void set(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }
  void expect_error(const Result<Options>& result, const std::string& message) {
    ASSERT_FALSE(result.ok()) << message;
    EXPECT_EQ(result.error().code, Code::InvalidArgument);
    EXPECT_EQ(result.error().message, message);
  }

  std::string file_;
  std::vector<std::string> set_;
};

TEST_F(OptionsTest, HaveDefaultsThatAreSafe) {
  const auto options = load_options({}, std::nullopt);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->listen_address, "127.0.0.1");
  EXPECT_EQ(options->listen_port, 1591);
  EXPECT_FALSE(options->insecure_listen);
  EXPECT_EQ(options->durability, store::Durability::Fsync);
  EXPECT_EQ(options->default_region, "us-east-1");
}

TEST_F(OptionsTest, TakeTheFlagBeforeTheEnvironmentBeforeTheFile) {
  write("data_dir = \"file\"\nthreads = 3\nlog_level = \"debug\"\n");
  set("RIALTO_DATA_DIR", "environment");
  set("RIALTO_THREADS", "4");
  const auto options = load_options({{"data-dir", "flag"}}, file_);
  ASSERT_TRUE(options.ok()) << options.error().message;
  EXPECT_EQ(options->data_dir, "flag");
  EXPECT_EQ(options->threads, 4U);
  EXPECT_EQ(options->log_level, log::Level::Debug);
}

TEST_F(OptionsTest, ReadEveryKindOfValueFromTheFile) {
  write(
      "listen = \"[::1]:80\"\ninsecure_listen = true\ndev = false\nthreads = \"2\"\n"
      "durability = \"os\"\nlog_format = \"json\"\n"
      "accounts = \"A=111122223333,B=444455556666\"\n");
  const auto options = load_options({}, file_);
  ASSERT_TRUE(options.ok()) << options.error().message;
  EXPECT_EQ(options->listen_address, "::1");
  EXPECT_EQ(options->listen_port, 80);
  EXPECT_TRUE(options->insecure_listen);
  EXPECT_FALSE(options->is_dev());
  EXPECT_EQ(options->threads, 2U);
  EXPECT_EQ(options->durability, store::Durability::Os);
  EXPECT_EQ(options->log_format, log::Format::Json);
  EXPECT_EQ(options->accounts,
            (std::map<std::string, std::string>{{"A", "111122223333"}, {"B", "444455556666"}}));
}

TEST_F(OptionsTest, RefuseAKeyThatIsNone) {
  write("listn = \"x\"\n");
  expect_error(load_options({}, file_), "'listn' in " + file_ +
                                            " is no option. `rialto serve --print-config` shows "
                                            "them all.");
}

TEST_F(OptionsTest, RefuseAFileThatIsNoToml) {
  write("data_dir = \"a\"\nlisten = \n");
  const auto options = load_options({}, file_);
  ASSERT_FALSE(options.ok());
  EXPECT_TRUE(
      options.error().message.starts_with("The configuration file " + file_ + " cannot be read: "));
  EXPECT_TRUE(options.error().message.ends_with(" (line 2)."));
}

TEST_F(OptionsTest, SayThatTheFileIsNotThere) {
  const auto options = load_options({}, file_ + ".none");
  ASSERT_FALSE(options.ok());
  EXPECT_TRUE(options.error().message.starts_with("The configuration file "));
}

TEST_F(OptionsTest, RefuseValuesOfAKindThatNoOptionHas) {
  for (const char* line : {"threads = 1.5", "threads = [1]", "data_dir = {a = 1}"}) {
    write(line);
    const auto options = load_options({}, file_);
    ASSERT_FALSE(options.ok()) << line;
    EXPECT_TRUE(options.error().message.ends_with("must be a text, a number, true or false."));
  }
}

TEST_F(OptionsTest, SayWhichValueIsWrongWhereAndWhatItTakes) {
  struct Case {
    const char* name;
    const char* value;
    std::string takes;
  };
  const char* const listen = "an address and a port, such as 127.0.0.1:1591";
  const char* const accounts =
      "pairs of an access key and a 12-digit account, such as AKIAEXAMPLE=123456789012, with "
      "commas between them";
  const std::string egress =
      "networks such as 10.0.0.0/8 or fd00::/8, addresses, and names of hosts, with commas between "
      "them; ";
  const std::string no_rule = "network, no address and no name of a host";
  for (const Case& one : {
           Case{"listen", "127.0.0.1", listen},
           Case{"listen", ":80", listen},
           Case{"listen", "127.0.0.1:", listen},
           Case{"listen", "127.0.0.1:65536", listen},
           Case{"listen", "127.0.0.1:-1", listen},
           Case{"listen", "127.0.0.1:8o", listen},
           Case{"insecure-listen", "yes", "true or false"},
           Case{"data-dir", "", "a directory"},
           Case{"durability", "some", "one of fsync, os, none"},
           Case{"threads", "257", "a number from 0 to 256"},
           Case{"threads", "-1", "a number from 0 to 256"},
           Case{"threads", "", "a number from 0 to 256"},
           Case{"dev", "1", "true or false"},
           Case{"default-region", "", "a Region such as us-east-1"},
           Case{"default-region", "US EAST", "a Region such as us-east-1"},
           Case{"accounts", "A", accounts},
           Case{"accounts", "=111122223333", accounts},
           Case{"accounts", "A=1", accounts},
           Case{"accounts", "A=111122223333,,", accounts},
           Case{"trace-keep", "1h", "seconds, a week's at most: 0 to 604800"},
           Case{"trace-keep", "604801", "seconds, a week's at most: 0 to 604800"},
           Case{"trace-bytes", "1000", "0, or a number of bytes from 1048576 on"},
           Case{"memory-budget", "1000", "0, or a number of bytes from 268435456 on"},
           Case{"account-rate", "-1", "0, or a number of events a second"},
           Case{"bus-rate", "fast", "0, or a number of events a second"},
           Case{"target-endpoints", "lambda",
                "pairs of a service and an endpoint, such as lambda=http://127.0.0.1:9001, with "
                "commas between them"},
           Case{"target-endpoints", "sns=here",
                "an endpoint such as http://127.0.0.1:9001, or aws for AWS's own"},
           Case{"aws-profile", "", "a profile's name"},
           Case{"egress-allow", "a:80", (egress + "'a:80' is no " + no_rule)},
           Case{"egress-allow", "10.0.0.0/8,,b", (egress + "'' is no " + no_rule)},
           Case{"egress-deny", "10.0.0.0/33", (egress + "'10.0.0.0/33' is no " + no_rule)},
           Case{"outbound-proxy", "10.0.0.1", "the URL of a proxy, such as http://10.0.0.1:3128"},
           Case{"outbound-ca-file", "/no/file", "a file of certificates that can be read"},
           Case{"log-level", "loud", "one of debug, info, warn, error, off"},
           Case{"log-format", "xml", "one of text, json"},
       }) {
    expect_error(
        load_options({{one.name, one.value}}, std::nullopt),
        "--" + std::string(one.name) + " is '" + one.value + "', but it takes " + one.takes + ".");
  }
  set("RIALTO_THREADS", "many");
  expect_error(load_options({}, std::nullopt),
               "RIALTO_THREADS is 'many', but it takes a number from 0 to 256.");
}

TEST_F(OptionsTest, NameEachInTheFileAndTheEnvironmentAfterItsFlag) {
  for (const OptionRow& row : option_rows()) {
    std::string variable = "RIALTO_" + std::string(row.name);
    for (char& c : variable) c = c == '-' ? '_' : static_cast<char>(::toupper(c));
    set(variable, row.show(Options{}));
  }
  EXPECT_TRUE(load_options({}, std::nullopt).ok());
}

TEST_F(OptionsTest, ReadBackWhatTheyPrint) {
  const Flags flags{{"listen", "[::1]:0"},
                    {"insecure-listen", "true"},
                    {"threads", "7"},
                    {"port-file", "/tmp/p"},
                    {"durability", "os"},
                    {"dev", "false"},
                    {"default-region", "eu-west-1"},
                    {"accounts", "A=111122223333"},
                    {"log-level", "off"},
                    {"log-format", "json"},
                    {"egress-deny", "10.0.0.0/8,a.b,::1"},
                    {"outbound-proxy", "socks5h://p:1"}};
  for (const char* directory :
       {"plain", "007", "1", "true", "99999999999999999999", "with space", "quo\"ted",
        "back\\slash", "tab\there", "line\nend", "é", "# no comment", "x = 1"}) {
    Flags all = flags;
    all["data-dir"] = directory;
    const auto given = load_options(all, std::nullopt);
    ASSERT_TRUE(given.ok()) << given.error().message;
    write(print_options(*given));
    const auto read = load_options({}, file_);
    ASSERT_TRUE(read.ok()) << read.error().message << "\n" << print_options(*given);
    for (const OptionRow& row : option_rows()) {
      EXPECT_EQ(row.show(*read), row.show(*given)) << row.name;
    }
  }
}

TEST_F(OptionsTest, PrintNoPassword) {
  const auto options = load_options({{"outbound-proxy", "http://me:hush-hush@p:1"}}, std::nullopt);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->outbound_proxy, "http://me:hush-hush@p:1");
  const std::string printed = print_options(*options);
  EXPECT_EQ(printed.find("hush"), printed.npos);
  EXPECT_NE(printed.find("http://me:***@p:1"), printed.npos) << printed;
}

TEST_F(OptionsTest, ReadEndpointsFromTablesOfServices) {
  write(
      "[targets.lambda]\nendpoint = \"http://a:1\"\n[targets.lambda.\"eu-west-1\"]\n"
      "endpoint = \"aws\"\n[targets.sns]\nendpoint = \"http://b:1/\"");
  const auto options = load_options({}, file_);
  ASSERT_TRUE(options.ok()) << options.error().message;
  EXPECT_EQ(options->endpoints.text(), "lambda=http://a:1,lambda@eu-west-1=aws,sns=http://b:1");
  const auto wins = load_options({{"target-endpoints", "sns=aws"}}, file_);
  EXPECT_EQ(wins->endpoints.text(), "sns=aws");
}

TEST_F(OptionsTest, SayWhatIsWrongWithATableOfAService) {
  const auto expect = [this](const std::string& text, const std::string& message) {
    write(text);
    expect_error(load_options({}, file_), message);
  };
  expect("targets = 1", "'targets' in " + file_ + " must be tables of services.");
  expect("[targets]\nlambda = 1", "targets.lambda in " + file_ + " must be a table.");
  expect("[targets.lambda]\nendpoit = \"http://a\"",
         "targets.lambda in " + file_ + " knows one line, endpoint, but no 'endpoit'.");
  expect("[targets.lambda]\nendpoint = \"a\"",
         "targets.lambda in " + file_ +
             " has the endpoint 'a', but it takes an endpoint such as http://127.0.0.1:9001, or "
             "aws for AWS's own.");
}

TEST_F(OptionsTest, TakeKeysFromAFileElseFromTheEnvironment) {
  set("AWS_ACCESS_KEY_ID", "A");
  set("AWS_SECRET_ACCESS_KEY", "B");
  set("AWS_SESSION_TOKEN", "C");
  const auto from_environment = load_options({}, std::nullopt);
  EXPECT_EQ(from_environment->aws_keys.access_key, "A");
  EXPECT_EQ(from_environment->aws_keys.session_token, "C");
  EXPECT_EQ(print_options(*from_environment).find("\"B\""), std::string::npos);
  write("[default]\naws_access_key_id = D\naws_secret_access_key = E\n");
  const auto from_file = load_options({{"aws-credentials-file", file_}}, std::nullopt);
  ASSERT_TRUE(from_file.ok()) << from_file.error().message;
  EXPECT_EQ(from_file->aws_keys.access_key, "D");
  EXPECT_EQ(from_file->aws_keys.session_token, "");
  expect_error(load_options({{"aws-credentials-file", file_ + ".none"}}, std::nullopt),
               "The credentials file is " + file_ + ".none, but it cannot be read.");
  expect_error(
      load_options({{"aws-credentials-file", file_}, {"aws-profile", "work"}}, std::nullopt),
      "The credentials file is " + file_ + ", but it has no profile [work].");
}

TEST_F(OptionsTest, PrintNumbersAndSwitchesBare) {
  const std::string printed = print_options(Options{});
  EXPECT_NE(printed.find("\nthreads = 0\n"), std::string::npos);
  EXPECT_NE(printed.find("\ndev = true\n"), std::string::npos);
  EXPECT_NE(printed.find("\nlisten = \"127.0.0.1:1591\"\n"), std::string::npos);
}

TEST(Serve, RefusesToListenToStrangersUnlessItIsToldTo) {
  for (const char* address : {"0.0.0.0", "::", "192.168.0.1"}) {
    Options options;
    options.listen_address = address;
    const Result<> outcome = serve(options);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, Code::InvalidArgument);
    EXPECT_TRUE(outcome.error().message.starts_with("Refusing to listen on " +
                                                    std::string(address) + ": "));
    EXPECT_FALSE(std::filesystem::exists(options.data_dir)) << "nothing is touched before";
  }
}

}  // namespace
}  // namespace rialto::server
