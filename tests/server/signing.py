"""Somebody with a second factor, in the words of the tests of sign-in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import requests
from tests.server.running import PASSWORD, PATIENCE, Company

from agentdesk_server.gate.factors.totp import STEP_MS, code_at


@dataclass
class Caller:
    """One person at one device, who asks doors."""

    shop: Company
    email: str
    device: str = "laptop"
    token: str = ""
    secret: str = ""

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        """One request, with the token if there is one; never redirected."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = f"{self.shop.url}{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=PATIENCE, allow_redirects=False)

    def password(self, password: str = PASSWORD) -> requests.Response:
        """The first step."""
        device = {"id": self.device, "name": "A laptop"}
        answer = self.ask("POST", "/api/v1/session", {"email": self.email, "password": password, "device": device})
        if answer.status_code == 201:
            self.token = answer.json()["token"]
        return answer

    def factor(self, ticket: str, code: str) -> requests.Response:
        """The second step."""
        answer = self.ask("POST", "/api/v1/session/factor", {"ticket": ticket, "code": code})
        if answer.status_code == 201:
            self.token = answer.json()["token"]
        return answer

    def sign_in(self, steps: int = 0) -> None:
        """Both steps."""
        answer = self.password()
        if answer.status_code == 202:
            answer = self.factor(answer.json()["ticket"], self.code(steps))
        assert answer.status_code == 201, answer.text

    def enrol(self) -> tuple[str, ...]:
        """An authenticator app; returns the recovery codes. The code of the step before it is the one that is used."""
        offered = self.ask("POST", "/api/v1/me/app").json()
        self.secret = offered["secret"]
        body = {"ticket": offered["ticket"], "code": self.code(-1)}
        answer = self.ask("PUT", "/api/v1/me/app", body)
        assert answer.status_code == 200, answer.text
        return tuple(answer.json()["codes"])

    def code(self, steps: int = 0) -> str:
        """What the app shows, by the server's clock."""
        return code_at(self.secret, self.shop.state.clock() // STEP_MS + steps)


def problem(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return answer.status_code, str(answer.json()["type"]).rpartition(":")[2]


def now_ms() -> int:
    return time.time_ns() // 1_000_000
