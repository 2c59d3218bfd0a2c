"""Recorded mails and replies of real programs, and what must come of them."""

from __future__ import annotations

from datetime import UTC, datetime

TALON = "email_fixtures/talon/tests/fixtures"
CRISP = "email_fixtures/crisp/test/fixtures"


def utc(*when: int) -> int:
    """Milliseconds of year, month, day, hour, minute, second in UTC."""
    year, month, day, hour, minute, second = when
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp() * 1000)


REPLIES: dict[str, tuple[str, str, str, int | None, str]] = {
    # from, name, subject, date, what is new in the text
    "android": ("bob@example.com", "Sergey Obykhov", "Re: Test", utc(2012, 4, 2, 14, 22, 10), "Hello"),
    "aol": ("xxx@aol.com", "Megan Odin", "Re: Test", utc(2012, 4, 2, 13, 57, 58), "Hello"),
    "apple_mail": ("xxx@gmail.com", "xxx", "Re: Test", utc(2012, 4, 3, 12, 55, 26), "Hello"),
    "apple_mail_2": ("adam@tictail.com", "Adam Renberg", "Re: Hello there", utc(2015, 8, 22, 17, 22, 20), "Hello"),
    "comcast": ("xxx@comcast.net", "", "Re: Test", utc(2012, 4, 2, 13, 56, 12), "Hello"),
    "gmail": ("xxx@gmail.com", "Megan One", "Re: Test", utc(2012, 4, 2, 16, 21, 52), "Hello"),
    "hotmail": ("xxx@hotmail.com", "Alexey Q", "RE: Test", utc(2012, 4, 2, 13, 47, 37), "Hello"),
    "iphone": ("xxx@gmail.com", "xxx", "Re: Test", utc(2012, 4, 3, 12, 23, 59), "Hello"),
    "outlook": ("me@example.com", "", "Test", None, "Hello"),
    "sparrow": ("xxx@gmail.com", "xxx", "Re: Test", utc(2012, 4, 3, 12, 58, 35), "Hello"),
    "thunderbird": ("bob@xxx.mailgun.org", "bob", "Re: Test", utc(2012, 4, 2, 14, 27, 8), "Hello"),
    "yahoo": ("xxx@yahoo.com", "Alex Q", "Re: Test", utc(2012, 4, 2, 13, 45, 30), "Hello"),
}

PAGES = (
    *("gmail", "hotmail", "mail_ru", "ms_outlook_2003", "ms_outlook_2007", "ms_outlook_2010", "thunderbird"),
    *("windows_mail", "yandex_ru"),
)
SAYS = ["Hi. I am fine.", "Thanks,", "Alex"]
"""What is new in each of the recorded pages, line by line."""

FIRST_LINES = 5
"""Many of the recorded texts begin with the same five lines; what follows them is quoted or a signature."""
COMMON = "Fusce bibendum"
NOT_QUOTED = {
    "email_tricky_17_forward_header": "what is forwarded is what the customer wants to show",
}
NEW: dict[str, str] = {
    "correct_sig": "this is an email with a correct -- signature.",
    "email_2_1": "Outlook with a reply",
    "email_4": "Awesome! I haven't had another problem with it.",
    "email_20": "On Thursday.",
    "email_blackberry": "Here is another email",
    "email_customer_quote_header_2": "Thank you very much.",
    "email_customer_quote_header_3": "bonjour,\nje n'ai pas eu de retour sur ma précision..\nmerci d'avance",
    "email_custom_quote_header": "Thank you!",
    "email_emoji": "🎉",
    "email_iphone": "Here is another email",
    "email_multi_word_sent_from_my_mobile_device": "Here is another email",
    "email_sent_from_my_not_signature": "Here is another email\n\n"
    "Sent from my desk, is much easier then my mobile phone.",
    "email_thread": "This is new email reply in thread from bellow.",
    "email_one_is_not_on": "Thank, this is really helpful.\n\nOne outstanding question I had:\n\n"
    "Locally (on development), when I run...",
    "email_tricky_9_nested_quotes": "I agree with the points below.",
    "email_tricky_18_inline_reply": "I think option A is great.\n\nOption B has some drawbacks.\n\n"
    "Option C is not suitable for our use case.",
    "email_tricky_19_quote_without_header": "I wanted to respond to your points:\n\n"
    "My response to the quoted text above.\n\nAnd my final thoughts.",
    "email_unquoted_reply": "This is my reply.",
    "email_zoho": "What is the best way to clear a Riak bucket of all key, values after\nrunning a test?",
    "sig_no_empty_line": "this is an email with a signature with no empty line above.",
    "email_tricky_11_double_signature": "Thanks for your help!\n\nBest regards,\nJohn",
    "email_tricky_16_unicode_signatures": "Thanks for the update!\n\nCheers 🎉\nSarah",
}
WHOLE = (
    *("email_tricky_1_on_false_positive", "email_tricky_2_url_with_wrote", "email_tricky_3_code_block"),
    *("email_tricky_4_from_in_body", "email_tricky_6_regards_in_sentence", "email_tricky_7_multiple_dashes"),
    "email_tricky_8_sent_from_in_content",
    *("email_not_a_signature", "email_not_a_signature_2", "email_21", "email_5"),
    "email_tricky_13_timestamp_variations",
)
"""Texts in which nothing is folded: what looks like a signature or a quote is none."""
