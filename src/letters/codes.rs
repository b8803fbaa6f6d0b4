//! Every code of a fault in a message template with its page.

use crate::base::code::pages;

pages! { PAGES
    UNREADABLE "E711" "the template's text cannot be read, or is too large" {
        why "A mark that is opened and not closed would be sent to a customer as it stands."
        mend "Close `{{ … }}` and `{% … %}`; the place shown is where reading stopped."
        letter "Subject: Hello\n\nDear {{ name\n"
    }
    HEAD "E712" "the template has no subject line, or more than that above its text" {
        why "What stands above the text becomes the head of a mail: another line there could add recipients."
        mend "Begin the file with `Subject: …` and an empty line."
        letter "Dear customer,\n\nHello\n"
    }
    UNKNOWN_VALUE "E713" "the template asks for a value that does not exist" {
        why "The gap would be found only when the first message is filled in."
        mend "Take the name that is suggested: attributes of the customer, `id`, `plan`, `step`."
        letter "Subject: Hello\n\nDear {{ surname }}\n"
    }
    UNKNOWN_TEMPLATE "E714" "a step names a template that does not exist" {
        why "The step could never send."
        mend "Add the file `templates/NAME.txt`, or correct the name in the step."
        rules "care greeting { for rich  when enters  step a: send crm \"hullo\" }"
    }
    NOT_HERE "E715" "the template uses a filter, a function or another template that it cannot use" {
        why "Templates fill in values and nothing else; what they may do is a short list."
        mend "Work the value out in a metric, or use one of the filters that the help names."
        letter "Subject: Hello\n\nDear {{ name | shout }}\n"
    }
}
