//! Every code of a fault in the settings with its page.

use crate::base::code::pages;

pages! { PAGES
    NO_TOML "E701" "the settings are no TOML" {
        why "Half a file of settings would be other settings."
        mend "Put texts in double quotes and sections in [ ]; the place shown is where reading stopped."
        settings "[server]\nlisten = 127.0.0.1:7171\n"
    }
    UNKNOWN_KEY "E702" "a key or a section that means nothing here" {
        why "A key with a slip in it, passed over, would leave a bound at its default without a word."
        mend "Take one of the keys that the help names."
        settings "[server]\nlissen = \"127.0.0.1:7171\"\n"
    }
    WRONG_VALUE "E703" "a value of the wrong kind, or out of its range" {
        why "The server does not start with a value that it would have to bend."
        mend "Write a value as the help shows it."
        settings "[limits]\nthreads = 0\n"
    }
    MISSING_KEY "E704" "a key that must be there is missing" {
        why "A channel without its address or its secret cannot send."
        mend "Add the line that the help names."
        settings "[channel.email]\nkind = \"smtp\"\nfrom = \"care@bank.example\"\n"
    }
    CONTRADICTION "E705" "keys that do not go together" {
        why "One key takes away what the other promises, such as a password over a line in clear."
        mend "Change one of the two; the help says how."
        settings "[channel.email]\nkind = \"smtp\"\nhost = \"mail.bank.example\"\nfrom = \"care@bank.example\"\ntls = \"none\"\nuser = \"care\"\npassword_env = \"MAIL_PASSWORD\"\n"
    }
    HOST_NOT_LISTED "E706" "a channel leads to a host that is not listed" {
        why "Customers' data leave the bank only to hosts that someone has listed on purpose."
        mend "Add the host to `[delivery]` `hosts`, or correct the address."
        settings "[channel.crm]\nkind = \"webhook\"\nurl = \"https://crm.bank.example/tamis\"\nsecret_env = \"CRM_SECRET\"\n"
    }
    NO_SECRET "E707" "a secret's environment variable is not set" {
        why "Without its secret a channel could send only unsigned or not at all. Secrets never stand in the file."
        mend "Set the environment variable that the message names before the server starts."
        test "src/settings/tests.rs" "secrets_come_from_the_environment_alone"
    }
    UNUSABLE "E708" "a channel cannot be made ready: a file or an address that does not serve" {
        why "It is told at the start, not when the first message is due."
        mend "Correct the path of the certificates or the address; the message holds the system's reason."
        test "src/delivery/channels.rs" "what_cannot_be_opened_is_told_with_its_place"
    }
    UNKNOWN_CHANNEL "W709" "a step sends by a channel that the settings do not have" {
        why "The rules are sound by themselves, but messages of this step would wait until the channel is there."
        mend "Add `[channel.NAME]` to tamis.toml, or correct the name in the step."
        test "src/delivery/check.rs" "channels_that_are_not_there_are_named"
    }
}
