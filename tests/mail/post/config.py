"""What Dovecot and Postfix are told: everything in one folder, no service of the system, loopback only."""

from __future__ import annotations

import shutil
from pathlib import Path

MAIL_USER = ("mail", "mail")
"""Debian's own user for mails: Dovecot gives none to the superuser."""


def dovecot(folder: Path, imap: int, lmtp: int, smtp: int, oauth: int) -> Path:
    """Write the configuration; returns its place. Mails that are there stay."""
    for name in ("", "run", "state", "mail"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name).chmod(0o755)
    shutil.chown(folder / "mail", *MAIL_USER)
    (folder / "oauth2.conf").write_text(_OAUTH.format(oauth=oauth))
    (folder / "dovecot.conf").write_text(
        _DOVECOT.format(folder=folder, imap=imap, lmtp=lmtp, smtp=smtp, user=MAIL_USER[0], group=MAIL_USER[1])
    )
    return folder / "dovecot.conf"


_OAUTH = """tokeninfo_url = http://127.0.0.1:{oauth}/tokeninfo?access_token=
introspection_mode =
username_attribute = email
active_attribute = active
active_value = true
"""
_DOVECOT = """base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
submission_host = 127.0.0.1:{smtp}
postmaster_address = postmaster@desk.test
mail_location = maildir:{folder}/mail/%n
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
namespace inbox {{
  inbox = yes
}}
protocol imap {{
  mail_max_userip_connections = 50
}}
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:~/.dovecot.sieve
}}
"""


def postfix(folder: Path, smtp: int, lmtp: int) -> Path:
    """Write the configuration; returns its folder."""
    for name in ("etc", "spool", "data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.chown(folder / "data", "postfix")
    (folder / "etc/main.cf").write_text(_MAIN.format(folder=folder, lmtp=lmtp))
    (folder / "etc/master.cf").write_text(_MASTER.format(smtp=smtp))
    return folder / "etc"


_MAIN = """compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.desk.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = desk.test, example.test
virtual_mailbox_maps = inline:{{ support@desk.test=1, cust@example.test=1, away@example.test=1 }}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.1.2 no outside mail in tests
relay_transport = error:5.1.2 no outside mail in tests
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
import_environment = MAIL_CONFIG={folder}/etc
alias_maps =
local_recipient_maps =
"""
_MASTER = """127.0.0.1:{smtp} inet n - n - - smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
local     unix  -       n       n       -       -       local
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
"""
