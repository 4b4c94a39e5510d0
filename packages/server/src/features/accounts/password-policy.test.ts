import { expect, test } from "vitest";
import { ApiError } from "../../errors/api-error.ts";
import { checkPassword } from "./password-policy.ts";

const person = {
  name: "Işıl Yılmaz",
  email: "isil.yilmaz@kardelen.example",
  organization: "Kardelen Bilişim",
};

function codeFor(password: string): string | null {
  try {
    checkPassword({ ...person, password });
    return null;
  } catch (error) {
    return error instanceof ApiError ? error.code : String(error);
  }
}

test.each([
  "correct horse battery staple",
  "mavi kapının önünde üç kedi",
  "f7K!q2zR#9mW",
  "ılık bir sonbahar akşamı",
  "東京の静かな朝に鳥が鳴いた",
  "x9 q3 z7 w2 k5",
  "x".repeat(12).concat("abcdefgh-zufällig"),
])("accepts %j", (password) => {
  expect(codeFor(password)).toBeNull();
});

test.each(["", "short", "elevenchars", "🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑", "e\u0301".repeat(11)])(
  "rejects %j as too short, counting characters and not bytes",
  (password) => {
    expect(codeFor(password)).toBe("passwords/too-short");
  },
);

test.each([
  "aaaaaaaaaaaa",
  "abababababab",
  "abc abc abc abc",
  "horsebattery horsebattery",
  "123456789012",
  "1234567890ab",
  "098765432109",
  "qwertyuiopas",
  "qwerty123456",
  "1q2w3e4r5t6y",
  "asdfghjklzxcvbnm",
  "password1234",
  "Password123!",
  "P@ssw0rd1234",
  "passwordpassword",
  "letmein-2026!!",
  "iloveyou123456",
  "Hoşgeldin2026!",
  "sifresifre123",
  "Galatasaray1905",
  "gatehouse admin 1",
])("rejects %j as too common", (password) => {
  expect(codeFor(password)).toBe("passwords/too-common");
});

test.each([
  "isilyilmaz2026",
  "Işıl Yılmaz!!",
  "YILMAZ-ISIL-1",
  "kardelen2026!",
  "Kardelen Bilişim",
  "isil.yilmaz@kardelen.example",
  "kardelen-admin-01",
])("rejects %j, which contains the name, email address or organization", (password) => {
  expect(codeFor(password)).toBe("passwords/too-common");
});

test("reports the problem and what to do in the error of the field", () => {
  expect(() => checkPassword({ ...person, password: "short" })).toThrow(
    expect.objectContaining({
      status: 422,
      details: expect.objectContaining({
        errors: [expect.objectContaining({ path: "password", code: "passwords/too-short" })],
        params: { shortest: 12, length: 5 },
      }),
    }),
  );
});
