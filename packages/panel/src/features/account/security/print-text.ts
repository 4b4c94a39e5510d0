/** Prints a text alone, without the page around it. */
export function printText(text: string): void {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  const { contentWindow } = frame;
  if (contentWindow === null) return;
  const block = contentWindow.document.createElement("pre");
  block.textContent = text;
  contentWindow.document.body.append(block);
  contentWindow.addEventListener("afterprint", () => frame.remove());
  contentWindow.print();
}
