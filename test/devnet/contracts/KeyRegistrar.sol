// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the KeyRegistrar of EigenLayer core (f84a515, same answers from v1.8.1 and v1.9.0): the signing key of an
// operator in one operator set, BN254 or ECDSA as the AVS configured the set.
// Enforced: the order of checks; a key signs its own registration, so neither salt nor expiry is needed; a key is
// registered once in the world and never free again; it cannot leave while its operator can be slashed.
// The separator is computed at each call, so the code can be placed at any address of any chain.
//
// The pairing's gamma starts with the digest and ends with the signature, other than BLSApkRegistry's.
//
// Left out: getOperatorFromSigningKey, eip712Domain(), which the real contract does not have either.

import {BN254} from "./BN254.sol";
import {IAllocationManager, IPermissionController} from "./CoreInterfaces.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {OperatorSet, OperatorSetKey} from "./OperatorSetTypes.sol";
import {Permissioned} from "./Permissioned.sol";
import {G1Point, G2Point} from "./Types.sol";

contract KeyRegistrar is Permissioned {
    enum CurveType {
        NONE,
        ECDSA,
        BN254
    }

    error KeyAlreadyRegistered();
    error OperatorAlreadyRegistered();
    error InvalidKeyFormat();
    error ZeroPubkey();
    error InvalidCurveType();
    error InvalidSignature();
    error ConfigurationAlreadySet();
    error OperatorSetNotConfigured();
    error KeyNotFound(OperatorSet operatorSet, address operator);
    error OperatorStillSlashable(OperatorSet operatorSet, address operator);

    event KeyRegistered(OperatorSet operatorSet, address indexed operator, CurveType curveType, bytes pubkey);
    event KeyDeregistered(OperatorSet operatorSet, address indexed operator, CurveType curveType);
    event OperatorSetConfigured(OperatorSet operatorSet, CurveType curveType);

    bytes32 public constant ECDSA_KEY_REGISTRATION_TYPEHASH = keccak256(
        "ECDSAKeyRegistration(address operator,address avs,uint32 operatorSetId,address keyAddress)"
    );
    bytes32 public constant BN254_KEY_REGISTRATION_TYPEHASH =
        keccak256("BN254KeyRegistration(address operator,address avs,uint32 operatorSetId,bytes keyData)");
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    IAllocationManager public immutable allocationManager;

    mapping(bytes32 setKey => CurveType) private _curves;
    mapping(bytes32 setKey => mapping(address operator => bytes keyData)) private _keys;
    mapping(bytes32 keyHash => bool) public isKeyGloballyRegistered;

    constructor(IPermissionController permissionController_, IAllocationManager allocationManager_)
        Permissioned(permissionController_)
    {
        allocationManager = allocationManager_;
    }

    function configureOperatorSet(OperatorSet memory operatorSet, CurveType curveType)
        external
        checkCanCall(operatorSet.avs)
    {
        if (curveType == CurveType.NONE) revert InvalidCurveType();
        if (getOperatorSetCurveType(operatorSet) != CurveType.NONE) revert ConfigurationAlreadySet();
        _curves[OperatorSetKey.pack(operatorSet)] = curveType;
        emit OperatorSetConfigured(operatorSet, curveType);
    }

    function registerKey(
        address operator,
        OperatorSet memory operatorSet,
        bytes calldata keyData,
        bytes calldata signature
    ) external checkCanCall(operator) {
        CurveType curveType = getOperatorSetCurveType(operatorSet);
        if (curveType == CurveType.NONE) revert OperatorSetNotConfigured();
        if (isRegistered(operatorSet, operator)) revert OperatorAlreadyRegistered();
        if (curveType == CurveType.ECDSA) _checkEcdsa(operator, operatorSet, keyData, signature);
        else _checkBn254(operator, operatorSet, keyData, signature);

        isKeyGloballyRegistered[_hash(keyData, curveType)] = true;
        _keys[OperatorSetKey.pack(operatorSet)][operator] = keyData;
        emit KeyRegistered(operatorSet, operator, curveType, keyData);
    }

    function deregisterKey(address operator, OperatorSet memory operatorSet) external checkCanCall(operator) {
        if (allocationManager.isOperatorSlashable(operator, operatorSet)) {
            revert OperatorStillSlashable(operatorSet, operator);
        }
        CurveType curveType = getOperatorSetCurveType(operatorSet);
        if (curveType == CurveType.NONE) revert OperatorSetNotConfigured();
        if (!isRegistered(operatorSet, operator)) revert KeyNotFound(operatorSet, operator);
        delete _keys[OperatorSetKey.pack(operatorSet)][operator];
        emit KeyDeregistered(operatorSet, operator, curveType);
    }

    // ---- what is signed

    function domainSeparator() public view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("EigenLayer"), keccak256("1"), block.chainid, address(this))
        );
    }

    function getECDSAKeyRegistrationMessageHash(address operator, OperatorSet memory operatorSet, address keyAddress)
        public
        view
        returns (bytes32)
    {
        return _digest(
            abi.encode(ECDSA_KEY_REGISTRATION_TYPEHASH, operator, operatorSet.avs, operatorSet.id, keyAddress)
        );
    }

    function getBN254KeyRegistrationMessageHash(address operator, OperatorSet memory operatorSet, bytes memory keyData)
        public
        view
        returns (bytes32)
    {
        return _digest(
            abi.encode(BN254_KEY_REGISTRATION_TYPEHASH, operator, operatorSet.avs, operatorSet.id, keccak256(keyData))
        );
    }

    function encodeBN254KeyData(G1Point memory g1Point, G2Point memory g2Point) external pure returns (bytes memory) {
        return abi.encode(g1Point, g2Point);
    }

    // ---- getters

    function isRegistered(OperatorSet memory operatorSet, address operator) public view returns (bool) {
        return _keys[OperatorSetKey.pack(operatorSet)][operator].length > 0;
    }

    function getOperatorSetCurveType(OperatorSet memory operatorSet) public view returns (CurveType) {
        return _curves[OperatorSetKey.pack(operatorSet)];
    }

    function getBN254Key(OperatorSet memory operatorSet, address operator)
        external
        view
        returns (G1Point memory g1Point, G2Point memory g2Point)
    {
        if (getOperatorSetCurveType(operatorSet) != CurveType.BN254) revert InvalidCurveType();
        if (!isRegistered(operatorSet, operator)) return (g1Point, g2Point);
        return abi.decode(_keys[OperatorSetKey.pack(operatorSet)][operator], (G1Point, G2Point));
    }

    function getECDSAKey(OperatorSet memory operatorSet, address operator) public view returns (bytes memory) {
        if (getOperatorSetCurveType(operatorSet) != CurveType.ECDSA) revert InvalidCurveType();
        return _keys[OperatorSetKey.pack(operatorSet)][operator];
    }

    function getECDSAAddress(OperatorSet memory operatorSet, address operator) external view returns (address) {
        return address(bytes20(getECDSAKey(operatorSet, operator)));
    }

    function getKeyHash(OperatorSet memory operatorSet, address operator) external view returns (bytes32) {
        if (!isRegistered(operatorSet, operator)) return 0;
        return _hash(_keys[OperatorSetKey.pack(operatorSet)][operator], getOperatorSetCurveType(operatorSet));
    }

    // ---- the checks of a curve, in their order

    function _checkEcdsa(
        address operator,
        OperatorSet memory operatorSet,
        bytes calldata keyData,
        bytes calldata signature
    ) private view {
        if (keyData.length != 20) revert InvalidKeyFormat();
        address key = address(bytes20(keyData));
        if (key == address(0)) revert ZeroPubkey();
        if (isKeyGloballyRegistered[_hash(keyData, CurveType.ECDSA)]) revert KeyAlreadyRegistered();
        bytes32 digest = getECDSAKeyRegistrationMessageHash(operator, operatorSet, key);
        if (!Ecdsa.isValidSignatureNow(key, digest, signature)) revert InvalidSignature();
    }

    function _checkBn254(
        address operator,
        OperatorSet memory operatorSet,
        bytes calldata keyData,
        bytes calldata signature
    ) private view {
        if (keyData.length != 192) revert InvalidKeyFormat();
        if (signature.length != 64) revert InvalidSignature();
        (G1Point memory g1, G2Point memory g2) = abi.decode(keyData, (G1Point, G2Point));
        if (g1.X == 0 && g1.Y == 0) revert ZeroPubkey();
        bytes32 digest = getBN254KeyRegistrationMessageHash(operator, operatorSet, keyData);
        if (!_isPossessed(digest, abi.decode(signature, (G1Point)), g1, g2)) revert InvalidSignature();
        if (isKeyGloballyRegistered[_hash(keyData, CurveType.BN254)]) revert KeyAlreadyRegistered();
    }

    function _isPossessed(bytes32 digest, G1Point memory signature, G1Point memory g1, G2Point memory g2)
        private
        view
        returns (bool)
    {
        uint256 gamma = uint256(keccak256(abi.encode(digest, g1, g2, signature))) % BN254.R;
        return BN254.isPossessed(signature, g1, g2, BN254.hashToG1(digest), gamma);
    }

    /// ECDSA: of the 20 bytes. BN254: of the G1 point, whatever stands for G2.
    function _hash(bytes memory keyData, CurveType curveType) private pure returns (bytes32) {
        if (curveType == CurveType.ECDSA) return keccak256(keyData);
        (G1Point memory g1,) = abi.decode(keyData, (G1Point, G2Point));
        return keccak256(abi.encode(g1));
    }

    function _digest(bytes memory fields) private view returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", domainSeparator(), keccak256(fields)));
    }
}
