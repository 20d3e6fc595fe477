/** Small boxes that open beside a control and close on Escape, on a press elsewhere and when what they hang on goes away. */

const EDGE = 8;
let open = null;

/** Close the popup that is open, if any. `refocus` gives the focus back to where it was opened. */
export function closePopup(refocus = true) {
  if (!open) return;
  const { node, anchor, onClose, stop } = open;
  open = null;
  stop();
  node.remove();
  if (refocus && anchor.isConnected) anchor.focus({ preventScroll: true });
  onClose?.();
}

function place(node, box, above) {
  const { offsetWidth: width, offsetHeight: height } = node;
  const room = innerHeight - box.bottom;
  const goUp = above ? box.top > height + EDGE : room < height + EDGE && box.top > room;
  const top = goUp ? box.top - height - 4 : box.bottom + 4;
  node.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
  node.style.left = `${Math.max(EDGE, Math.min(box.left, innerWidth - width - EDGE))}px`;
}

/**
 * Show `node` beside `anchor`, or at a point {x, y}. Only one is open at a time.
 * Options: at, above (prefer the room above), sameWidth, onClose.
 */
export function openPopup(anchor, node, { at, above, sameWidth, onClose } = {}) {
  closePopup(false);
  node.classList.add("popup");
  (anchor.closest("dialog, main, #side") ?? document.body).append(node);
  const box = at ? { left: at.x, top: at.y, bottom: at.y } : anchor.getBoundingClientRect();
  if (sameWidth) node.style.minWidth = `${box.width}px`;
  place(node, box, above);
  const away = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target))
      closePopup(node.contains(document.activeElement));
  };
  const key = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    closePopup();
  };
  const gone = (event) => {
    if (!node.contains(event.target)) closePopup(node.contains(document.activeElement));
  };
  document.addEventListener("pointerdown", away, true);
  document.addEventListener("keydown", key, true);
  addEventListener("resize", gone);
  const stop = () => {
    document.removeEventListener("pointerdown", away, true);
    document.removeEventListener("keydown", key, true);
    removeEventListener("resize", gone);
  };
  open = { node, anchor, onClose, stop };
  return node;
}

export function isOpen(node) {
  return open?.node === node;
}
