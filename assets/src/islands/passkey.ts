// <hw-passkey mode="get|create" options="{…}" | options-url="/…"> around a form with a hidden field
// `credential`: asks the browser for a passkey when the form is submitted, puts the answer into the field
// and sends the form. Usable on its own; without support it says so and leaves the page's other ways alone.

type Json = Record<string, unknown>;

function toBytes(text: string): ArrayBuffer {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  const raw = atob(padded + "=".repeat((4 - (padded.length % 4)) % 4));
  const bytes = new Uint8Array(raw.length);
  for (let index = 0; index < raw.length; index += 1) bytes[index] = raw.codePointAt(index) ?? 0;
  return bytes.buffer;
}

function toText(buffer: ArrayBuffer): string {
  let raw = "";
  for (const byte of new Uint8Array(buffer)) raw += String.fromCodePoint(byte);
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

interface Descriptor { id: string; type: PublicKeyCredentialType; transports?: AuthenticatorTransport[] }

const descriptors = (list: Descriptor[] | undefined): PublicKeyCredentialDescriptor[] =>
  (list ?? []).map((item) => ({ ...item, id: toBytes(item.id) }));

function readGet(json: Json): PublicKeyCredentialRequestOptions {
  return {
    ...(json as unknown as PublicKeyCredentialRequestOptions),
    challenge: toBytes(json["challenge"] as string),
    allowCredentials: descriptors(json["allowCredentials"] as Descriptor[] | undefined),
  };
}

function readCreate(json: Json): PublicKeyCredentialCreationOptions {
  const user = json["user"] as { id: string; name: string; displayName: string };
  return {
    ...(json as unknown as PublicKeyCredentialCreationOptions),
    challenge: toBytes(json["challenge"] as string),
    user: { ...user, id: toBytes(user.id) },
    excludeCredentials: descriptors(json["excludeCredentials"] as Descriptor[] | undefined),
  };
}

function written(credential: PublicKeyCredential): Json {
  const answer = credential.response;
  const response: Json = { clientDataJSON: toText(answer.clientDataJSON) };
  if (answer instanceof AuthenticatorAttestationResponse) {
    response["attestationObject"] = toText(answer.attestationObject);
    response["transports"] = answer.getTransports();
  } else if (answer instanceof AuthenticatorAssertionResponse) {
    response["authenticatorData"] = toText(answer.authenticatorData);
    response["signature"] = toText(answer.signature);
    response["userHandle"] = answer.userHandle ? toText(answer.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

export class Passkey extends HTMLElement {
  connectedCallback(): void {
    this.form?.addEventListener("submit", this.ask);
  }

  disconnectedCallback(): void {
    this.form?.removeEventListener("submit", this.ask);
  }

  private get form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  private readonly ask = (event: Event): void => {
    event.preventDefault();
    void this.run();
  };

  private async run(): Promise<void> {
    const form = this.form;
    const field = form?.elements.namedItem("credential");
    if (!form || !(field instanceof HTMLInputElement)) return;
    if (!("credentials" in navigator) || !("PublicKeyCredential" in globalThis)) return this.say("unsupported");
    const button = form.querySelector("button");
    this.say();
    button?.setAttribute("aria-busy", "true");
    try {
      const credential = await this.obtain(form);
      if (!credential) return this.say("cancelled");
      field.value = JSON.stringify(written(credential));
      form.submit();
    } catch (error) {
      const cancelled = error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);
      this.say(cancelled ? "cancelled" : "failed");
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }

  private async obtain(form: HTMLFormElement): Promise<PublicKeyCredential | null> {
    const options = ((await this.options()) as { publicKey: Json }).publicKey;
    if (this.getAttribute("mode") === "create") {
      const publicKey = readCreate(options);
      const box = form.elements.namedItem("passwordless");
      const whole = box instanceof HTMLInputElement && (box.type === "hidden" || box.checked);
      publicKey.authenticatorSelection = {
        ...publicKey.authenticatorSelection,
        residentKey: whole ? "required" : "discouraged",
        requireResidentKey: whole,
        ...(whole ? { userVerification: "required" as const } : {}),
      };
      return (await navigator.credentials.create({ publicKey })) as PublicKeyCredential | null;
    }
    return (await navigator.credentials.get({ publicKey: readGet(options) })) as PublicKeyCredential | null;
  }

  private async options(): Promise<unknown> {
    const given = this.getAttribute("options");
    if (given) return JSON.parse(given);
    const response = await fetch(this.getAttribute("options-url") ?? "", {
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    });
    if (!response.ok) throw new Error(`options: ${response.status}`);
    return ((await response.json()) as { request_options: unknown }).request_options;
  }

  private say(what?: "unsupported" | "cancelled" | "failed"): void {
    const line = this.querySelector<HTMLElement>("[data-passkey-error]");
    if (!line) return;
    line.hidden = !what;
    line.textContent = what ? (line.getAttribute(`data-text-${what}`) ?? "") : "";
  }
}

if (!customElements.get("hw-passkey")) customElements.define("hw-passkey", Passkey);
